"""Opening hours: a weekly table in a project's zone, with spans that may last past midnight.

A table names each open day: `{"mon": [["09:00", "17:30"]], "fri": [["22:00", "06:00"]]}`.
No table means always open. Times are those of the clock on the wall, so a night on which
the clock changes is as long as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from support.refusals import BadSpan, NeverOpen

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")

Table = Mapping[str, Any]


def checked(table: object) -> dict[str, list[list[str]]] | None:
    """Return a table of known days and good spans; refuse bad spans and one that never opens."""
    if table is None:
        return None
    if not isinstance(table, Mapping) or not set(cast("Table", table)) <= set(DAYS):
        raise BadSpan(span=table)
    given = cast("Table", table)
    days = {day: [_span(span) for span in given[day]] for day in DAYS if given.get(day)}
    if not days:
        raise NeverOpen
    return days


def _span(span: object) -> list[str]:
    try:
        start, end = (str(one).strip() for one in cast("list[object]", span))
    except (TypeError, ValueError):
        raise BadSpan(span=span) from None
    if not (TIME.fullmatch(start) and TIME.fullmatch(end)) or start in (end, "24:00"):
        raise BadSpan(span=f"{start} - {end}")
    return [start, end]


def is_open(table: Table | None, zone: str, at: datetime) -> bool:
    """Answer whether `at` lies in a span of its day, or in one that began the day before."""
    if table is None:
        return True
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    today, before = _minutes(table, local.weekday()), _minutes(table, local.weekday() - 1)
    return any(start <= minute < end for start, end in today) or any(
        start <= minute + DAY < end for start, end in before
    )


def opens_at(table: Table | None, zone: str, at: datetime) -> datetime:
    """Return the first instant from `at` on at which the hours are open."""
    if table is None or is_open(table, zone, at):
        return at
    local = at.astimezone(ZoneInfo(zone))
    starts = (
        (local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=ahead))
        + timedelta(minutes=start)
        for ahead in range(len(DAYS) + 1)
        for start, _end in _minutes(table, local.weekday() + ahead)
    )
    return min(instant for start in starts if (instant := start.astimezone(at.tzinfo)) > at)


def _minutes(table: Table, weekday: int) -> list[tuple[int, int]]:
    """Return a day's spans in minutes since its midnight; one past midnight ends above 1440."""
    spans = [(_minute(start), _minute(end)) for start, end in table.get(DAYS[weekday % 7], ())]
    return [(start, end if end > start else end + DAY) for start, end in spans]


def _minute(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
