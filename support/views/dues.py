"""The clocks of the board: what is due first, what is overdue, and how the day went so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, case, func, literal_column, select, union_all

from support.db import db
from support.models import Agent, Conversation, Customer, Group, Project, SlaClock
from support.views.rows import customer_name

MOST = 10
RUNS = (SlaClock.stopped_at.is_(None), SlaClock.due_at.is_not(None))
Line = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many clocks of a project run and are overdue; what was due today: kept, and broken."""

    running: int = 0
    overdue: int = 0
    met: int = 0
    breached: int = 0

    @property
    def share(self) -> int | None:
        """The share of today's that was kept, in percent; None where nothing was due."""
        due = self.met + self.breached
        return round(100 * self.met / due) if due else None


def first(ids: Sequence[int], *, now: datetime) -> tuple[list[Line], list[Line]]:
    """Return what is overdue for the longest in these projects, and what is due next."""
    found = db.session.execute(_first(ids, now)).all()
    overdue = [row for row in found if row.due_at < now]
    return overdue[:MOST], [row for row in found if row.due_at >= now][:MOST]


def counted(zones: dict[int, str], *, now: datetime) -> dict[int, Counted]:
    """Count the clocks of these projects, each by the day in its own zone."""
    parts = [
        part for one, zone in zones.items() for part in (_runs(one, now), _day(one, zone, now))
    ]
    found: dict[tuple[int, str], tuple[int, int]] = {
        (project_id, what): (one, other)
        for what, project_id, one, other in db.session.execute(union_all(*parts))
    }
    nothing = (0, 0)
    return {
        one: Counted(*found.get((one, "runs"), nothing), *found.get((one, "due"), nothing))
        for one in zones
    }


def _runs(project_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal_column("'runs'"),
            SlaClock.project_id,
            func.count(),
            func.count(case((SlaClock.due_at < now, 1))),
        )
        .where(SlaClock.project_id == project_id, *RUNS)
        .group_by(SlaClock.project_id)
    )


def _day(project_id: int, zone: str, now: datetime) -> Select[*tuple[Any, ...]]:
    """What was due since midnight on the project's wall; an outage is no person's breach."""
    verdict = SlaClock.verdict(now)
    return (
        select(
            literal_column("'due'"),
            SlaClock.project_id,
            func.count(case((verdict == "met", 1))),
            func.count(case((verdict == "breached", 1))),
        )
        .where(
            SlaClock.project_id == project_id,
            SlaClock.due_at >= midnight(zone, now),
            SlaClock.due_at < now,
            SlaClock.outage.is_(False),
        )
        .group_by(SlaClock.project_id)
    )


def midnight(zone: str, now: datetime) -> datetime:
    """Return the instant at which today began in a zone."""
    there = now.astimezone(ZoneInfo(zone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _first(ids: Sequence[int], now: datetime) -> Select[*tuple[Any, ...]]:
    """The first clocks of each project are read in its index; the first of all these are shown."""
    sides = (SlaClock.due_at < now, SlaClock.due_at >= now)
    firsts = [
        select(
            select(SlaClock.id)
            .where(SlaClock.project_id == one, side, *RUNS)
            .order_by(SlaClock.due_at)
            .limit(MOST)
            .subquery()
            .c.id
        )
        for one in ids
        for side in sides
    ]
    ordered = _lines().where(SlaClock.id.in_(union_all(*firsts)))
    return ordered.order_by(SlaClock.due_at, SlaClock.id)


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            SlaClock.metric,
            SlaClock.due_at,
            SlaClock.outage,
            Conversation.id,
            Conversation.project_id,
            Conversation.assignee_id,
            Conversation.tier,
            Customer.id.label("customer_id"),
            customer_name().label("customer"),
            Project.name.label("project"),
            Project.timezone.label("zone"),
            Group.name.label("group"),
            Agent.name.label("holder"),
        )
        .join(Conversation, Conversation.id == SlaClock.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Project, Project.id == Conversation.project_id)
        .outerjoin(Group, Group.id == Conversation.group_id)
        .outerjoin(Agent, Agent.id == Conversation.assignee_id)
    )
