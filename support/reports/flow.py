"""What came and went: conversations opened and resolved on each day, and how many stood open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, union

from support.db import UTCDateTime
from support.models import Conversation
from support.reports.scope import PROJECTS, Scope, prepared
from support.reports.spans import midnight


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
    nights = [midnight(day, scope.span.zone) for day in scope.span.days()]
    nights.append(scope.span.end)
    asked = {f"night{number}": night for number, night in enumerate(nights)}
    found = _counts(len(scope.span))(scope, **asked).one()
    return {number: (found[2 * number], found[2 * number + 1]) for number in range(len(scope.span))}


@lru_cache(64)
def _counts(days: int) -> Any:
    """Prepare the counts of so many days: two columns for each."""
    nights = [bindparam(f"night{number}", type_=UTCDateTime) for number in range(days + 1)]

    @prepared
    def counts(scope: Scope) -> Any:
        return select(
            *(
                _count(scope, at >= since, at < until)
                for since, until in pairwise(nights)
                for at in (Conversation.opened_at, Conversation.resolved_at)
            )
        )

    return counts


def _count(scope: Scope, *when: ColumnElement[bool]) -> Any:
    return select(func.count()).where(scope.cases(), *when).scalar_subquery()


@prepared
def _left(scope: Scope) -> Any:
    end = bindparam("then", type_=UTCDateTime)
    before = Conversation.opened_at < end
    # Few are open, and few were resolved since: each is found in an index of its own.
    still = select(Conversation.id).where(~Conversation.is_resolved)
    since = select(Conversation.id).where(
        Conversation.project_id.in_(PROJECTS), Conversation.resolved_at >= end
    )
    either = union(still, since).subquery()
    return select(func.count()).where(
        Conversation.id.in_(select(either.c.id)), scope.few_cases(), before
    )


def _open_at(scope: Scope, now: datetime) -> int:
    """Count what was open when the days were over, or is now."""
    return _left(scope, then=min(scope.span.end, now)).scalar_one()


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
