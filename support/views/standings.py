"""How projects stand at this moment, in a handful of queries however many conversations run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal_column, null, select, union_all

from support import access
from support.access import Action, Right
from support.db import db
from support.models import Agent, Conversation, Group, Project
from support.views import dues, seats
from support.views.dues import Counted
from support.views.seats import Seat

MOST_QUEUES, MOST_SEATS = 20, 40
WAITS = and_(Conversation.status == literal_column("'open'"), Conversation.assignee_id.is_(None))


@dataclass(frozen=True, slots=True)
class Watched:
    """A project that the agent may watch, and whether he may take over there."""

    id: int
    name: str
    zone: str
    commands: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A group's waiting line, or a project's that has no groups; `oldest` waits the longest."""

    project_id: int
    project: str
    group_id: int | None
    name: str
    level: int
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows: the first lines of each list, and how many more there are."""

    places: Sequence[Watched]
    overdue: Sequence[Any]
    next: Sequence[Any]
    queues: Sequence[Queue]
    seats: Sequence[Seat]
    counted: Mapping[int, Counted]
    now: datetime

    def sum(self, what: str) -> int:
        """Add up one of the counts over all projects."""
        return sum(getattr(one, what) for one in self.counted.values())

    @property
    def more_overdue(self) -> int:
        """How many clocks are overdue besides those that are shown."""
        return max(0, self.sum("overdue") - len(self.overdue))

    @property
    def more_next(self) -> int:
        """How many clocks are still to come besides those that are shown."""
        return max(0, self.sum("running") - self.sum("overdue") - len(self.next))

    @property
    def waiting(self) -> int:
        """How many conversations wait for somebody."""
        return sum(one.waiting for one in self.queues)

    @property
    def here(self) -> int:
        """How many agents are online."""
        return sum(one.state == "online" for one in self.seats)

    @property
    def commands(self) -> frozenset[int]:
        """The projects in which the agent may take a conversation over."""
        return frozenset(one.id for one in self.places if one.commands)


def watched(agent: Agent) -> list[Watched]:
    """Return the projects whose board the agent may see."""
    rows = select(Project).where(Project.disabled_at.is_(None)).order_by(Project.name)
    return [
        Watched(one.id, one.name, one.timezone, _commands(agent, one))
        for one in db.session.scalars(rows)
        if access.has_right(agent, Right.BOARD, one)
    ]


def _commands(agent: Agent, project: Project) -> bool:
    role = access.role_in(agent, project.id)
    return access.grant(Action.TAKEOVER, role) is access.Grant.YES


def read(places: Sequence[Watched], *, now: datetime) -> Board:
    """Read the board of these projects, to which the right has been asked."""
    ids = [place.id for place in places]
    overdue, following = dues.first(ids, now=now)
    return Board(
        places=places,
        overdue=overdue,
        next=following,
        queues=_queues(places),
        seats=seats.read(ids, now=now),
        counted=dues.counted({one.id: one.zone for one in places}, now=now),
        now=now,
    )


def _queues(places: Sequence[Watched]) -> list[Queue]:
    """Return every group with what waits in it, the longest line first."""
    names = {place.id: place.name for place in places}
    lines: list[Any] = list(db.session.execute(_waiting(list(names))))
    waits: dict[Any, Any] = {(project, group): rest for project, group, *rest in lines}
    rows = select(Group).where(Group.project_id.in_(names), Group.removed_at.is_(None))
    groups = {(one.project_id, one.id): (one.name, one.level) for one in db.session.scalars(rows)}
    nothing: Any = (0, None)
    found = [
        Queue(key[0], names[key[0]], key[1], *groups.get(key, ("", 1)), *waits.get(key, nothing))
        for key in {**groups, **waits}
    ]
    return sorted(found, key=lambda one: (-one.waiting, one.project, one.level, one.name))


def _waiting(ids: Sequence[int]) -> Any:
    """Count each group's line in its index, and what waits in no group."""
    oldest = func.min(func.coalesce(Conversation.queued_at, Conversation.opened_at))
    lines: Select[*tuple[Any, ...]] = (
        select(Group.project_id, Group.id, func.count(), oldest)
        .join(Conversation, Conversation.group_id == Group.id)
        .where(Group.project_id.in_(ids), WAITS)
        .group_by(Group.project_id, Group.id)
    )
    others = (
        select(Conversation.project_id, null(), func.count(), oldest)
        .where(Conversation.project_id.in_(ids), Conversation.group_id.is_(None), WAITS)
        .group_by(Conversation.project_id)
    )
    return union_all(lines, others)
