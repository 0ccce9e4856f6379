"""Statements built once: who asks comes as their values, since building costs more than asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select

from support.db import Big
from support.models import Agent, Membership, Role
from support.statements import one_of

WATCHERS = (Role.SUPERVISOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True, eq=False)
class Asker:
    """Stands for an agent in the filters of `sight`; `values` says who it is this time."""

    is_owner: bool
    id: BindParameter[int]
    own: Select[int]
    watched: Select[int]
    supervised: Select[int]


def _asker(*, is_owner: bool) -> Asker:
    me = bindparam("me", type_=Big)
    own = select(Membership.project_id).where(Membership.agent_id == me)
    watched = own.where(one_of(Membership.role, WATCHERS))
    return Asker(is_owner, me, own, watched, own.where(Membership.role == Role.SUPERVISOR))


OWNER = _asker(is_owner=True)
MEMBER = _asker(is_owner=False)


def asker(agent: Agent) -> Asker:
    """Return who stands for this agent: owners are asked about less."""
    return OWNER if agent.is_owner else MEMBER


def values(agent: Agent, **others: Any) -> dict[str, Any]:
    """Return the values of a prepared statement: who asks, and what else it wants."""
    return {"me": agent.id} | others
