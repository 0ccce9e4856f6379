"""The people of the board: who answers, whether he is here, and what he has in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, func, literal_column, select
from sqlalchemy.orm import aliased

from support import live
from support.db import db
from support.models import Agent, Conversation, Group, GroupMember, Membership, Project, Role

HELD = and_(Conversation.status == literal_column("'open'"), Conversation.assignee_id.is_not(None))
LOADS = (
    select(Conversation.assignee_id, func.count().label("load"))
    .where(HELD)
    .group_by(Conversation.assignee_id)
    .subquery()
)
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
    return (
        select(
            Agent.id,
            Agent.name,
            Agent.away_at,
            func.coalesce(LOADS.c.load, 0).label("load"),
            func.coalesce(*_most()).label("capacity"),
            Project.name.label("project"),
        )
        .join(Membership, Membership.agent_id == Agent.id)
        .join(Project, Project.id == Membership.project_id)
        .outerjoin(LOADS, LOADS.c.assignee_id == Agent.id)
        .where(
            Membership.project_id.in_(ids),
            Membership.role.in_((Role.AGENT, Role.SUPERVISOR)),
            Agent.disabled_at.is_(None),
        )
        .order_by(Project.name)
    )


def _most() -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """The most that a group gives to one: of those that chose him, else of everybody's."""
    chosen, everybodys = aliased(Group), aliased(Group)
    here = (chosen.project_id == Membership.project_id, chosen.removed_at.is_(None))
    member = and_(GroupMember.group_id == chosen.id, GroupMember.agent_id == Agent.id)
    all_of = (
        everybodys.project_id == Membership.project_id,
        everybodys.scope == "all",
        everybodys.removed_at.is_(None),
        Membership.role == Role.AGENT,
    )
    return (
        select(func.max(chosen.capacity)).join(GroupMember, member).where(*here).scalar_subquery(),
        select(func.max(everybodys.capacity)).where(*all_of).scalar_subquery(),
    )
