"""What was stopped: the attempts that a reader may see, narrowed, counted, and page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from support import access
from support.db import db, reading
from support.models import Agent, Customer, Project, RiskAttempt, RiskHit
from support.models.risk import OUTCOMES
from support.views.asked import in_field
from support.views.rows import customer_name

PAGE = 50
USUAL = timedelta(weeks=12)
ALARMS = 0
BY = ("group", "agent", "project")
Settler = aliased(Agent)


@dataclass(frozen=True, slots=True)
class Chosen:
    """By what the list is narrowed: local days `since` to `until`, both included."""

    since: date
    until: date
    zone: ZoneInfo
    project: int | None = None
    group: int | None = None
    agent: int | None = None
    outcome: str = ""
    by: str = BY[0]
    before: int | None = None
    typed: bool = False

    def args(self, **others: Any) -> dict[str, Any]:
        """Return the query of this list's address, with others instead of its own."""
        days = {"from": self.since.isoformat(), "to": self.until.isoformat()} if self.typed else {}
        own = {
            "project": self.project,
            "group": self.group,
            "agent": self.agent,
            "outcome": self.outcome or None,
            "by": self.by if self.by != BY[0] else None,
        }
        return {key: value for key, value in (own | days | others).items() if value is not None}

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The instants between which an attempt belongs to the list; the second is outside."""
        return self.midnight(self.since), self.midnight(self.until + timedelta(days=1))

    def midnight(self, day: date) -> datetime:
        """Return when a local day begins."""
        return datetime.combine(day, time.min, self.zone)


def chosen(zone: ZoneInfo, *, now: datetime) -> Chosen:
    """Read the address; a day that is none is the usual one, twelve weeks until today."""
    args = request.args
    today = now.astimezone(zone).date()
    until = _day(args.get("to")) or today
    since = _day(args.get("from")) or until - USUAL
    outcome, by = args.get("outcome", ""), args.get("by", "")
    return Chosen(
        since=min(since, until),
        until=until,
        zone=zone,
        **{name: in_field(args, name) for name in ("project", "group", "agent", "before")},
        outcome=outcome if outcome in OUTCOMES else "",
        by=by if by in BY else BY[0],
        typed=bool(_day(args.get("from")) or _day(args.get("to"))),
    )


def _day(text: str | None) -> date | None:
    """Read a day, of years in which any zone's midnight can be written."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1970 < day.year < 9000 else None


def narrowed(agent: Agent, asked: Chosen, *, outcome: bool = True) -> list[ColumnElement[bool]]:
    """Return the filters of a list: what the reader may see, as far as he asked for it."""
    since, until = asked.span
    rules = [access.visible_attempts(agent)]
    rules += [RiskAttempt.asked_at >= since, RiskAttempt.asked_at < until]
    if asked.project is not None:
        rules.append(RiskAttempt.project_id == asked.project)
    if asked.agent is not None:
        rules.append(RiskAttempt.agent_id == asked.agent)
    if outcome and asked.outcome:
        rules.append(RiskAttempt.outcome == asked.outcome)
    if asked.group is not None:
        rules.append(_of_group(asked.group))
    return rules


def _of_group(group_id: int) -> ColumnElement[bool]:
    """Filter: what was met by a group, or by the desk's own alarms, which have none."""
    group = RiskHit.group_id.is_(None) if group_id == ALARMS else RiskHit.group_id == group_id
    return RiskAttempt.id.in_(select(RiskHit.attempt_id).where(group))


def counted(agent: Agent, asked: Chosen) -> dict[str, int]:
    """Count the list by outcome, whatever outcome is asked for."""
    rules = narrowed(agent, asked, outcome=False)
    rows = select(RiskAttempt.outcome, func.count()).where(*rules).group_by(RiskAttempt.outcome)
    return {row[0]: row[1] for row in db.session.execute(rows)}


@dataclass(frozen=True, slots=True)
class Line:
    """One attempt of the list, and what it met."""

    row: Any
    hits: Sequence[RiskHit]


def page(agent: Agent, asked: Chosen, *, size: int = PAGE) -> list[Line]:
    """Return the latest attempts of the list, or those before one: two queries, one more row."""
    attempt = RiskAttempt
    rows = (
        select(
            attempt,
            Agent.name.label("agent"),
            Settler.name.label("settled_by"),
            Project.name.label("project"),
            customer_name().label("customer"),
        )
        .join(Project, Project.id == attempt.project_id)
        .outerjoin(Agent, Agent.id == attempt.agent_id)
        .outerjoin(Settler, Settler.id == attempt.settled_by_id)
        .outerjoin(Customer, Customer.id == attempt.customer_id)
        .where(*narrowed(agent, asked), *_after(asked.before))
        .order_by(attempt.asked_at.desc(), attempt.id.desc())
        .limit(size + 1)
    )
    found = db.session.execute(rows).all()
    hits = _hits([row.RiskAttempt.id for row in found])
    return [Line(row, hits.get(row.RiskAttempt.id, [])) for row in found]


def _after(before: int | None) -> list[ColumnElement[bool]]:
    """The rows that follow one of the list, in its order."""
    last = db.session.get(RiskAttempt, before) if before else None
    if last is None:
        return []
    at = RiskAttempt.asked_at
    # The first says nothing new; by it the index is entered at the right place.
    rest = or_(at < last.asked_at, and_(at == last.asked_at, RiskAttempt.id < last.id))
    return [at <= last.asked_at, rest]


def _hits(ids: Sequence[int]) -> dict[int, list[RiskHit]]:
    found: dict[int, list[RiskHit]] = {}
    rows = select(RiskHit).where(RiskHit.attempt_id.in_(ids)).order_by(RiskHit.id)
    for hit in db.session.scalars(rows):
        found.setdefault(hit.attempt_id, []).append(hit)
    return found


def every(agent: Agent, asked: Chosen, *, size: int = 2_000) -> Iterator[Line]:
    """Give the whole list, part by part; between two parts nothing is held open."""
    at = asked
    while True:
        with reading():
            lines = page(agent, at, size=size)
            db.session.expunge_all()
            db.session.rollback()
        yield from lines[:size]
        if len(lines) <= size:
            return
        at = replace(at, before=lines[size - 1].row.RiskAttempt.id)
