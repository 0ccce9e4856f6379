"""Statements built once: who asks comes as their values, since building costs more than asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam

from support.db import Big
from support.models import Agent, Role

WATCHERS = (Role.SUPERVISOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True, eq=False)
class Asker:
    """Stands for an agent in the filters of `sight`; `values` says who it is this time."""

    is_owner: bool
    id: BindParameter[int]
    own: BindParameter[int]
    watched: BindParameter[int]


def _asker(*, is_owner: bool) -> Asker:
    own = bindparam("own", type_=Big, expanding=True)
    watched = bindparam("watched", type_=Big, expanding=True)
    return Asker(is_owner, bindparam("me", type_=Big), own, watched)


OWNER = _asker(is_owner=True)
MEMBER = _asker(is_owner=False)


def asker(agent: Agent) -> Asker:
    """Return who stands for this agent: owners are asked about less."""
    return OWNER if agent.is_owner else MEMBER


def values(agent: Agent, **others: Any) -> dict[str, Any]:
    """Return the values of a prepared statement: who asks, and what else it wants."""
    own = [member.project_id for member in agent.memberships]
    watched = [member.project_id for member in agent.memberships if member.role in WATCHERS]
    return {"me": agent.id, "own": own, "watched": watched} | others
