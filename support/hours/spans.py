"""When hours are open: what the clock on the wall may show, turned into spans of UTC.

The hours are open while the clock on the wall shows a time that lies in a span: an hour that
the wall's clock skips is not there, and one that it shows twice counts twice. Exceptions and
holidays decide about the spans that begin on their day; a night shift of the day before ends
as it does every week.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE, DAY = 60, 86_400
KEPT = 1_000  # days that are kept ready: more than two years
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = EPOCH.toordinal()

Span = tuple[int, int]
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly spans (Monday first), other hours of single days, and closed days, in one zone.

    A span is given in seconds since its day's midnight; one past midnight ends above 86400.
    `dated` holds the exceptions and the holidays of one year, `yearly` the days (month, day)
    that are closed every year; an exception goes before a yearly holiday.
    """

    zone: ZoneInfo
    weekly: tuple[Spans, ...]
    dated: Mapping[date, Spans] = field(default_factory=dict[date, Spans], hash=False)
    yearly: frozenset[tuple[int, int]] = frozenset()
    _days: dict[int, tuple[Spans, int]] = field(
        default_factory=dict[int, tuple[Spans, int]], init=False, repr=False, compare=False
    )

    def of_day(self, day: date) -> Spans:
        """Return the spans that begin on this day of the calendar."""
        if day in self.dated:
            return self.dated[day]
        closed = (day.month, day.day) in self.yearly
        return () if closed else self.weekly[day.weekday()]

    def of_utc_day(self, number: int) -> tuple[Spans, int]:
        """Return what is open on a UTC day (numbered from 1970): spans since 1970, and their sum.

        In UTC days no instant comes twice; where the wall's clock goes back over midnight, those
        of the wall lie one inside the other.
        """
        found = self._days.get(number)
        if found is None:
            if len(self._days) >= KEPT:
                self._days.clear()
            spans = tuple(self._expanded(number))
            total = sum(closes - opens for opens, closes in spans)
            found = self._days[number] = (spans, total)
        return found

    def _expanded(self, number: int) -> Iterator[Span]:
        last: Span | None = None
        for opens, closes in self._pieces(number):
            if last is None or opens > last[1]:
                if last is not None:
                    yield last
                last = (opens, closes)
            else:
                last = (last[0], max(last[1], closes))
        if last is not None:
            yield last

    def _pieces(self, number: int) -> Iterator[Span]:
        """Cut a UTC day where the wall's clock changes, and lay the wall's spans over each part."""
        for begins, ends, offset in steady(self.zone, number * DAY):
            for wall in range((begins + offset) // DAY, (ends - 1 + offset) // DAY + 1):
                midnight = wall * DAY - offset
                for opens, closes in self._on_wall(wall):
                    piece = max(midnight + opens, begins), min(midnight + closes, ends)
                    if piece[0] < piece[1]:
                        yield piece

    def _on_wall(self, number: int) -> list[Span]:
        """Return the times of a wall's day that are open: its own, and the night before's."""
        today = date.fromordinal(FIRST + number)
        night = self.of_day(today - timedelta(days=1))
        spans = [(0, closes - DAY) for _opens, closes in night if closes > DAY]
        spans += [(opens, min(closes, DAY)) for opens, closes in self.of_day(today)]
        return sorted(spans)


@lru_cache(2_048)
def steady(zone: ZoneInfo, begins: int) -> tuple[tuple[int, int, int], ...]:
    """Return the parts of a UTC day in which the zone's offset stays the same, with that offset.

    Kept for all hours of the zone: asking the zone is what costs most.
    """
    ends = begins + DAY
    before, after = offset_at(zone, begins), offset_at(zone, ends)
    if before == after:
        return ((begins, ends, before),)
    change = _change(zone, begins, ends, after)
    parts = ((begins, change, before), (change, ends, after))
    return tuple(part for part in parts if part[0] < part[1])


def offset_at(zone: ZoneInfo, second: int) -> int:
    """Return how many seconds the zone is ahead of UTC at a second since 1970."""
    ahead = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return (ahead or timedelta()) // timedelta(seconds=1)


def _change(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """Return the second at which the zone comes to have this offset."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == offset:
            after = middle
        else:
            before = middle
    return after


def hours_from(
    zone: str,
    weekly: Mapping[str, Any],
    exceptions: Mapping[str, Any] | None = None,
    holidays: Mapping[str, Any] | None = None,
) -> Hours:
    """Return the hours of checked tables; the same tables give the same, with its days ready."""
    return _ready(
        zone,
        tuple(frozen(weekly.get(day, ())) for day in DAYS),
        tuple((day, frozen(spans)) for day, spans in (exceptions or {}).items()),
        tuple(holidays or {}),
    )


def frozen(spans: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Return a day's written spans as what can be compared and kept."""
    return tuple((opens, closes) for opens, closes in spans)


@lru_cache(128)
def _ready(
    zone: str,
    weekly: tuple[tuple[tuple[str, str], ...], ...],
    exceptions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...],
    holidays: tuple[str, ...],
) -> Hours:
    closed: dict[date, Spans] = {date.fromisoformat(day): () for day in holidays if len(day) > 5}
    open_days = {date.fromisoformat(day): seconds_of(spans) for day, spans in exceptions}
    yearly = frozenset((int(day[:2]), int(day[3:])) for day in holidays if len(day) == 5)
    weeks = tuple(seconds_of(spans) for spans in weekly)
    return Hours(ZoneInfo(zone), weeks, closed | open_days, yearly)


def seconds_of(spans: Sequence[Sequence[str]]) -> Spans:
    """Return a day's spans in seconds since its midnight; one past midnight ends above 86400."""
    given = [(_second(opens), _second(closes)) for opens, closes in spans]
    return tuple(sorted((a, b if b > a else b + DAY) for a, b in given))


def _second(time: str) -> int:
    hours, minutes = time.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE
