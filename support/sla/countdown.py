"""Countdowns: of a conversation's running clocks the one that presses most, as instants only.

Nothing here depends on the present, so what is drawn of it stays true until a clock moves: the
browser counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Row, ScalarSelect, String, cast, select
from sqlalchemy.orm import aliased

from support import calendars, hours
from support.db import db
from support.hours import Hours
from support.models import CalendarVersion, SlaClock, SlaPolicy

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLI = timedelta(milliseconds=1)
SOON = 80  # percent, where a policy reminds of nothing before the breach
# Two weeks ahead nothing presses, and nobody asks which nights lie in between.
HORIZON = timedelta(days=14)
# What a page calls a metric, and countdown.js with it.
NAMES = {
    "first_response": "reply",
    "next_response": "reply",
    "resolution": "resolution",
    "acceptance": "acceptance",
}
# What a countdown is made of, for a query that joins `SlaClock` and its `SlaPolicy`.
COLUMNS = (
    SlaClock.metric.label("clock_metric"),
    SlaClock.due_at.label("clock_due_at"),
    SlaClock.counted_at.label("clock_counted_at"),
    SlaClock.target_seconds.label("clock_seconds"),
    SlaClock.calendar_version_id.label("clock_calendar"),
    cast(SlaPolicy.stages, String).label("clock_stages"),
)


class Countdown(NamedTuple):
    """What is due and when; without an instant its clock is paused.

    `due` and `soon`, from when on it presses, are milliseconds since 1970, and so are the spans
    outside business hours of `closed`: `from-until,from-until`.
    """

    what: str
    due_at: datetime | None = None
    due: int = 0
    soon: int = 0
    closed: str = ""


def pressing(conversation: Any) -> ScalarSelect[int]:
    """Return in SQL the running clock that is due first; one that is paused comes last."""
    clock = aliased(SlaClock)
    rows = select(clock.id).where(
        clock.conversation_id == conversation,
        clock.stopped_at.is_(None),
        clock.ends_at.is_(None),
        clock.target_seconds.is_not(None),
    )
    first = rows.order_by(clock.due_at.is_(None), clock.due_at, clock.id).limit(1)
    return first.scalar_subquery()


def of_rows(rows: Sequence[Row[Any]]) -> list[Countdown | None]:
    """Return the countdown of each row that has the columns, None where nothing is promised."""
    known = _hours({row.clock_calendar for row in rows})
    return [
        _countdown(
            row.clock_metric,
            row.clock_due_at,
            row.clock_counted_at,
            row.clock_seconds,
            row.clock_stages,
            known.get(row.clock_calendar),
        )
        for row in rows
    ]


def of(
    metric: str,
    due_at: datetime | None,
    counted_at: datetime,
    seconds: int,
    stages: str | None,
    *,
    calendar_version_id: int | None,
) -> Countdown | None:
    """Return the countdown of one clock."""
    open_hours = _hours([calendar_version_id]).get(calendar_version_id)
    return _countdown(metric, due_at, counted_at, seconds, stages, open_hours)


def _hours(wanted: Iterable[int | None]) -> dict[int | None, Hours]:
    """Return the hours of these versions of calendars, in one query if there are any."""
    ids = [one for one in wanted if one is not None]
    if not ids:
        return {}
    rows = db.session.scalars(select(CalendarVersion).where(CalendarVersion.id.in_(ids)))
    return {version.id: calendars.hours_of(version) for version in rows}


@lru_cache(4096)
def _countdown(
    metric: str | None,
    due_at: datetime | None,
    counted_at: datetime,
    seconds: int,
    stages: str | None,
    open_hours: Hours | None,
) -> Countdown | None:
    if metric is None:
        return None
    if due_at is None:
        return Countdown(NAMES[metric])
    left = timedelta(seconds=seconds) * (100 - share(stages)) / 100
    spans = hours.open_spans(open_hours, max(counted_at, due_at - HORIZON), due_at)
    soon = _before(spans, due_at, left)
    return Countdown(NAMES[metric], due_at, millis(due_at), millis(soon), _closed(spans))


@lru_cache(256)
def share(stages: str | None) -> int:
    """Return the last share of the target at which a policy reminds, in percent."""
    if stages is None:
        return SOON
    return max((stage.get("percent") or 0 for stage in json.loads(stages)), default=0) or SOON


def _before(spans: Sequence[tuple[datetime, datetime]], due: datetime, left: timedelta) -> datetime:
    """Return the instant from which on so much open time is left at most."""
    at = due
    for opens, closes in reversed(spans):
        if closes - opens >= left:
            return closes - left
        left, at = left - (closes - opens), opens
    return at


def _closed(spans: Sequence[tuple[datetime, datetime]]) -> str:
    gaps = [(before[1], after[0]) for before, after in pairwise(spans)]
    return ",".join(f"{millis(begins)}-{millis(ends)}" for begins, ends in gaps)


def millis(at: datetime) -> int:
    """Write an instant as milliseconds since 1970."""
    return (at - EPOCH) // MILLI
