"""The people of the board: who answers, whether he is here, and what he has in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal_column, select
from sqlalchemy.orm import aliased

from support import live
from support.db import db
from support.models import Agent, Conversation, Group, GroupMember, Membership, Project, Role

HELD = and_(Conversation.status == literal_column("'open'"), Conversation.assignee_id.is_not(None))
ORDER = {"online": 0, "away": 1, "offline": 2}


@dataclass(slots=True)
class Seat:
    """An agent of the watched projects; `load` counts his open conversations, everywhere."""

    id: int
    name: str
    state: str
    load: int
    capacity: int
    projects: list[str] = field(default_factory=list[str])

    @property
    def is_full(self) -> bool:
        """Whether nothing more is given to him."""
        return bool(self.capacity) and self.load >= self.capacity


def read(ids: Sequence[int], *, now: datetime) -> list[Seat]:
    """Return who answers in these projects: those who are here first, the busiest before them."""
    online = live.online(now=now)
    seats: dict[int, Seat] = {}
    for row in db.session.execute(_answering(ids)):
        seat = seats.get(row.id)
        if seat is None:
            state = "offline" if row.id not in online else "away" if row.away_at else "online"
            seat = seats[row.id] = Seat(row.id, row.name, state, row.load, 0)
        seat.capacity = max(seat.capacity, row.capacity or 0)
        if row.project not in seat.projects:
            seat.projects.append(row.project)
    return sorted(seats.values(), key=lambda one: (ORDER[one.state], -one.load, one.name))


def _answering(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """A line for each place of an agent or supervisor, with the most that a group gives him."""
    held = (
        select(Conversation.assignee_id, func.count().label("load"))
        .where(HELD)
        .group_by(Conversation.assignee_id)
        .subquery()
    )
    own, everybodys = aliased(Group), aliased(Group)
    chosen = (
        select(func.max(own.capacity))
        .join(GroupMember, GroupMember.group_id == own.id)
        .where(
            GroupMember.agent_id == Agent.id,
            own.project_id == Membership.project_id,
            own.removed_at.is_(None),
        )
        .scalar_subquery()
    )
    all_of = (
        select(func.max(everybodys.capacity))
        .where(
            everybodys.project_id == Membership.project_id,
            everybodys.scope == "all",
            everybodys.removed_at.is_(None),
            Membership.role == Role.AGENT,
        )
        .scalar_subquery()
    )
    return (
        select(
            Agent.id,
            Agent.name,
            Agent.away_at,
            func.coalesce(held.c.load, 0).label("load"),
            func.coalesce(chosen, all_of).label("capacity"),
            Project.name.label("project"),
        )
        .join(Membership, Membership.agent_id == Agent.id)
        .join(Project, Project.id == Membership.project_id)
        .outerjoin(held, held.c.assignee_id == Agent.id)
        .where(
            Membership.project_id.in_(ids),
            Membership.role.in_((Role.AGENT, Role.SUPERVISOR)),
            Agent.disabled_at.is_(None),
        )
        .order_by(Project.name)
    )
