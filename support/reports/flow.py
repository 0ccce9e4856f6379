"""What came and went: conversations opened and resolved on each day, and how many stood open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, column, func, select, values

from support.db import UTCDateTime, db
from support.models import Conversation
from support.reports.scope import Scope
from support.reports.spans import DAY, midnight


@dataclass(frozen=True, slots=True)
class Day:
    """A day's conversations: opened, resolved (by their last resolution), open at its end.

    `open` is None on a day that has not come yet.
    """

    day: date
    opened: int
    resolved: int
    open: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """The days of a report in their order."""

    days: Sequence[Day]

    @property
    def opened(self) -> int:
        """How many were opened in all."""
        return sum(one.opened for one in self.days)

    @property
    def resolved(self) -> int:
        """How many were resolved in all."""
        return sum(one.resolved for one in self.days)

    @property
    def open(self) -> int | None:
        """How many stood open at the end of the last day that has come."""
        return next((one.open for one in reversed(self.days) if one.open is not None), None)


def flow(scope: Scope, *, now: datetime) -> Flow:
    """Count the conversations of each day; what is open at a day's end was opened by then.

    A conversation that is opened again has never been resolved.
    """
    counted = _by_day(scope)
    left = _open_at(scope, now)
    return Flow(_days(scope, counted, left, now=now))


def _by_day(scope: Scope) -> dict[int, tuple[int, int]]:
    """Count between midnights, in the index: a day may have 23 hours or 25."""
    zone = scope.span.zone
    nights = [
        (number, midnight(day, zone), midnight(day + DAY, zone))
        for number, day in enumerate(scope.span.days())
    ]
    columns = (column("number"), column("starts", UTCDateTime), column("ends", UTCDateTime))
    day = values(*columns, name="day").data(nights).cte("day")
    rows = select(
        day.c.number,
        _count(scope, _between(Conversation.opened_at, day)),
        _count(scope, _between(Conversation.resolved_at, day)),
    )
    return {number: (opened, resolved) for number, opened, resolved in db.session.execute(rows)}


def _between(at: Any, day: Any) -> ColumnElement[bool]:
    return and_(at >= day.c.starts, at < day.c.ends)


def _count(scope: Scope, *when: ColumnElement[bool]) -> Any:
    return select(func.count()).where(scope.cases(), *when).scalar_subquery()


def _open_at(scope: Scope, now: datetime) -> int:
    """Count what was open when the days were over, or is now."""
    end = min(scope.span.end, now)
    later = Conversation.resolved_at >= end
    still = select(
        _count(scope, ~Conversation.is_resolved, Conversation.opened_at < end),
        _count(scope, later, Conversation.opened_at < end),
    )
    return sum(db.session.execute(still).one())


def _days(
    scope: Scope, counted: dict[int, tuple[int, int]], left: int, *, now: datetime
) -> list[Day]:
    """Walk back from the end: what was opened on a day was not there before, and so on."""
    found: list[Day] = []
    for number, day in reversed(list(enumerate(scope.span.days()))):
        opened, resolved = counted[number]
        come = midnight(day, scope.span.zone) <= now
        found.append(Day(day, opened, resolved, left if come else None))
        left += resolved - opened
    return found[::-1]
