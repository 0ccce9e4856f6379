"""Tables of opening hours as people write them, checked before they are kept.

A weekly table names each open day: `{"mon": [["09:00", "17:30"]], "fri": [["22:00", "06:00"]]}`;
a span that ends before it starts lasts past midnight. Exceptions are other hours of one day:
`{"2026-12-24": [["09:00", "13:00"]]}`. Holidays are closed days with their names, every year or
once: `{"12-25": "Christmas Day", "2027-03-26": "Good Friday"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, cast

from support.hours.spans import DAYS, Hours, Span, Spans, hours_from, seconds_of
from support.refusals import (
    BadDay,
    BadSpan,
    DayTwice,
    LeapHoliday,
    NeverOpen,
    SpansOverlap,
    TooManyDays,
    TooManySpans,
)

DAY = 86_400
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
YEARLY, DATED = re.compile(r"\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\d")
MOST_SPANS, LONGEST_NAME = 24, 100
MOST_DAYS = 100  # so few that no target of `require_reachable` can be out of reach

Table = Mapping[str, Any]
Written = list[list[str]]


def checked(table: object) -> dict[str, Written] | None:
    """Return a weekly table of known days; refuse bad spans, overlaps, and one never open."""
    if table is None:
        return None
    if not isinstance(table, Mapping) or not set(cast("Table", table)) <= set(DAYS):
        raise BadSpan(span=table)
    given = cast("Table", table)
    days = {day: _day(given[day]) for day in DAYS if given.get(day)}
    if not days:
        raise NeverOpen
    week = [seconds_of(days.get(day, [])) for day in DAYS]
    for number, spans in enumerate(week):
        _refuse_overlap(week[number - 1], spans)
    return days


def _day(spans: object) -> Written:
    """Return a day's spans in their order."""
    if not isinstance(spans, list | tuple):
        raise BadSpan(span=spans)
    given = cast("list[object]", spans)
    if len(given) > MOST_SPANS:
        raise TooManySpans(limit=MOST_SPANS)
    return sorted(_span(span) for span in given)


def _span(span: object) -> list[str]:
    try:
        start, end = (str(one).strip() for one in cast("list[object]", span))
    except (TypeError, ValueError):
        raise BadSpan(span=span) from None
    if not (TIME.fullmatch(start) and TIME.fullmatch(end)) or start in (end, "24:00"):
        raise BadSpan(span=f"{start} - {end}")
    return [start, end]


def _refuse_overlap(night: Spans, spans: Spans) -> None:
    """Refuse spans of a day that lie over each other, or over the night shift before it."""
    before = [(opens - DAY, closes - DAY) for opens, closes in night if closes > DAY]
    for first, second in pairwise([*before, *spans]):
        if second[0] < first[1]:
            raise SpansOverlap(first=_said(first), second=_said(second))


def _said(span: Span) -> str:
    """Write a span as its day would."""
    opens, closes = (f"{at // 3_600 % 24:02}:{at // 60 % 60:02}" for at in span)
    return f"{opens}-{closes}"


def checked_calendar(
    zone: str, weekly: object, exceptions: object = None, holidays: object = None
) -> tuple[dict[str, Written], dict[str, Written], dict[str, str]]:
    """Return a calendar's three tables; refuse one of them, or what they say together.

    The zone is a known one.
    """
    weeks = checked(weekly)
    if weeks is None:
        raise NeverOpen
    closed = _holidays(holidays)
    others = _exceptions(exceptions)
    for day in others:
        if day in closed:
            raise DayTwice(day=day)
    _fit(hours_from(zone, weeks, others, closed), others)
    return weeks, others, closed


def _exceptions(table: object) -> dict[str, Written]:
    found: dict[str, Written] = {}
    for day, spans in _entries(table):
        _date(day, DATED)
        found[day] = _day(spans)
        if not found[day]:
            raise BadSpan(span="")
    return dict(sorted(found.items()))


def _holidays(table: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for day, name in _entries(table):
        if day == "02-29":
            raise LeapHoliday
        _date(f"2023-{day}" if YEARLY.fullmatch(day) else day, DATED)
        found[day] = str(name).strip()[:LONGEST_NAME]
    return dict(sorted(found.items()))


def _entries(table: object) -> Iterable[tuple[str, object]]:
    if table is None:
        return ()
    if not isinstance(table, Mapping):
        raise BadDay(day=table)
    given = cast("Table", table)
    if len(given) > MOST_DAYS:
        raise TooManyDays(limit=MOST_DAYS)
    return given.items()


def _date(day: str, form: re.Pattern[str]) -> date:
    """Return a day of these centuries; refuse what no calendar shows."""
    try:
        found = date.fromisoformat(day if form.fullmatch(day) else "")
    except ValueError:
        raise BadDay(day=day) from None
    if not 1970 < found.year < 2200:
        raise BadDay(day=day)
    return found


def _fit(hours: Hours, exceptions: Iterable[str]) -> None:
    """Refuse an exception whose spans lie over the night before, or under the day after."""
    for written in exceptions:
        day = date.fromisoformat(written)
        before, after = (hours.of_day(day + timedelta(days=ahead)) for ahead in (-1, 1))
        _refuse_overlap(before, hours.of_day(day))
        _refuse_overlap(hours.of_day(day), after)
