"""The range of a report: whole days of one zone, and the instants between which they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from support.refusals import BadDate, RangeBackward, RangeTooLong

DAY = timedelta(days=1)
LONGEST = 366  # days
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both counted, as the clocks of `zone` tell them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first instant, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant that is past it, in UTC."""
        return midnight(self.last + DAY, self.zone)

    def __len__(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    def days(self) -> Iterator[date]:
        """Give its days in order."""
        return (self.first + DAY * number for number in range(len(self)))

    def previous(self) -> Span:
        """Return as many days that end just before it."""
        return Span(self.first - DAY * len(self), self.first - DAY, self.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins, in UTC; where its midnight is skipped, right after the gap."""
    begins = datetime.combine(day, time(), zone).astimezone(UTC)
    # Of a midnight that comes twice the first counts; one that never comes lies past the gap.
    return begins if begins.astimezone(zone).date() >= day else begins + timedelta(hours=1)


def recent(days: int, *, zone: ZoneInfo, now: datetime) -> Span:
    """Return the last days, with today as the last of them."""
    today = now.astimezone(zone).date()
    return Span(today - DAY * (days - 1), today, zone)


def read(first: str, last: str, *, zone: ZoneInfo, now: datetime, days: int = 30) -> Span:
    """Read a range as it was typed; what is left out follows from the other, or from today.

    Refuses what is no date, an end before the start, and more than a year.
    """
    shipped = recent(days, zone=zone, now=now)
    ends = _date(last) if last else None
    begins = _date(first) if first else (ends or shipped.last) - DAY * (days - 1)
    span = Span(begins, ends or max(shipped.last, begins), zone)
    if span.last < span.first:
        raise RangeBackward(first=span.first, last=span.last)
    if len(span) > LONGEST:
        raise RangeTooLong(limit=LONGEST)
    return span


def _date(typed: str) -> date:
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        raise BadDate(value=typed.strip()[:40]) from None
    if not EARLIEST <= found <= LATEST:
        raise BadDate(value=typed.strip()[:40])
    return found
