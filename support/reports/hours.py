"""Hours of the day and of the week, as the clocks of a report's zone tell them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from support.db import db
from support.models import Conversation
from support.reports.scope import Scope
from support.reports.seconds import epoch
from support.reports.spans import DAY, Span

QUARTER = timedelta(minutes=15)
THURSDAY = 3  # on which 1970 began


def opened_by_hour(scope: Scope) -> list[int]:
    """Count the opened conversations by the hour of the day, 0 to 23."""
    week = opened_by_week(scope)
    return [sum(day[hour] for day in week) for hour in range(24)]


def opened_by_week(scope: Scope) -> list[list[int]]:
    """Count the opened conversations by weekday (Monday first) and hour."""
    number = _local(scope, Conversation.opened_at) // 3600 % (7 * 24)
    rows = select(number, func.count()).where(scope.conversations()).group_by(number)
    found = [[0] * 24 for _ in range(7)]
    for since, count in db.session.execute(rows, scope.values):
        day, hour = divmod(int(since), 24)
        found[(day + THURSDAY) % 7][hour] += count
    return found


def hour_of(scope: Scope, at: Any) -> Any:
    """Say in SQL in which hour of the day an instant of the range lies."""
    return _local(scope, at) // 3600 % 24


def _local(scope: Scope, at: Any) -> Any:
    return epoch(at) + _offset(scope.span, at)


def _offset(span: Span, at: Any) -> Any:
    """How far the zone is ahead of UTC at an instant; it changes twice a year at most places."""
    changes = list(_changes(span))
    if len(changes) == 1:
        return changes[0][1]
    rules = [(at < until, seconds) for until, seconds in changes[:-1]]
    return case(*rules, else_=changes[-1][1])


def _changes(span: Span) -> Iterator[tuple[datetime, int]]:
    """Give each stretch of one offset: until when, and the seconds."""
    at, before = span.start, _seconds(span, span.start)
    while at < span.end:
        if (now := _seconds(span, at + DAY)) != before:
            yield _change(span, at, before), before
            before = now
        at += DAY
    yield span.end, before


def _change(span: Span, at: datetime, before: int) -> datetime:
    while _seconds(span, at) == before:
        at += QUARTER
    return at


def _seconds(span: Span, at: datetime) -> int:
    offset = at.astimezone(span.zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
