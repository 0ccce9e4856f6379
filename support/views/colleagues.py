"""To whom a conversation can be handed: who may hold it, who is here, and who has how much."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from support.db import db
from support.models import Agent, Conversation, Membership, Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """One choice of the transfer dialog; `load` counts the conversations he holds."""

    id: int
    name: str
    role: str
    load: int
    online: bool


def of(conversation: Conversation, *, but: Agent, online: set[int]) -> list[Colleague]:
    """Return who may hold this conversation: who is here first, then who has least."""
    load = (
        select(func.count())
        .where(Conversation.assignee_id == Agent.id, ~Conversation.is_resolved)
        .correlate(Agent)
        .scalar_subquery()
    )
    place = and_(Membership.agent_id == Agent.id, Membership.project_id == conversation.project_id)
    rows = db.session.execute(
        select(Agent.id, Agent.name, Agent.role, Membership.role, load)
        .outerjoin(Membership, place)
        .where(
            Agent.disabled_at.is_(None),
            Agent.id != but.id,
            or_(Agent.role == "owner", Membership.role.in_((Role.AGENT, Role.SUPERVISOR))),
        )
    )
    found = [
        Colleague(id_, name, role or rank, held, id_ in online)
        for id_, name, rank, role, held in rows
    ]
    return sorted(found, key=lambda one: (not one.online, one.load, one.name.casefold()))
