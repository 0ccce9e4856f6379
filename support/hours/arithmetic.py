"""Business time: when a number of open seconds has passed, and how many have.

Exact to the microsecond; `hours` None is always open. See `spans` for what is open when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from support.hours.spans import DAY, EPOCH, Hours
from support.refusals import DueTooFar, NeverOpen

YEARS = 10
FARTHEST = timedelta(days=3653)
MICRO = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
NOTHING = timedelta()
MILLION = 1_000_000


def due(hours: Hours | None, start: datetime, seconds: int) -> datetime:
    """Return the first instant from `start` on at which `seconds` of open time have passed.

    That is a closing instant where they are used up exactly then. Refuses what would be due
    more than ten years after the start.
    """
    if seconds * SECOND > FARTHEST:
        raise DueTooFar(years=YEARS)
    return after(hours, start, seconds * SECOND)


def after(hours: Hours | None, start: datetime, left: timedelta) -> datetime:
    """Return when this much open time has passed from `start` on: `due`, to the microsecond."""
    if hours is None or left <= NOTHING:
        return start + max(left, NOTHING)
    passed = _passed(hours, (start - EPOCH) // MICRO, left // MICRO)
    if passed is None:
        raise DueTooFar(years=YEARS)
    return start + passed * MICRO


def require_reachable(hours: Hours | None, now: datetime, seconds: int) -> None:
    """Refuse a target that these hours reach too late, so that `due` never has to.

    By the week alone it is reached in half of what `due` takes: a calendar's 200 single days
    cost 200 weeks at most, whenever a clock starts.
    """
    if hours is not None:
        week = Hours(hours.zone, hours.weekly, yearly=hours.yearly)
        if due(week, now, seconds) - now > FARTHEST / 2:
            raise DueTooFar(years=YEARS // 2)


def _passed(hours: Hours, start: int, left: int) -> int | None:
    """Return after how long `left` of open time has passed; all in microseconds."""
    first = start // (DAY * MILLION)
    for number in range(first, first + FARTHEST.days):
        spans, total = hours.of_utc_day(number)
        if number > first and total * MILLION < left:
            left -= total * MILLION
            continue
        for opens, closes in spans:
            begins, room = max(opens * MILLION, start), closes * MILLION - start
            room = min(room, (closes - opens) * MILLION)
            if room >= left:
                return begins + left - start
            left -= max(room, 0)
    return None


def open_seconds(hours: Hours | None, begins: datetime, ends: datetime) -> int:
    """Return how many whole seconds of open time lie between two instants; never below 0."""
    return open_time(hours, begins, ends) // SECOND


def open_time(hours: Hours | None, begins: datetime, ends: datetime) -> timedelta:
    """Return how much open time lies between two instants; never below 0."""
    if hours is None:
        return max(ends - begins, NOTHING)
    pieces = _spans(hours, (begins - EPOCH) // MICRO, (ends - EPOCH) // MICRO)
    return sum(closes - opens for opens, closes in pieces) * MICRO


def open_spans(
    hours: Hours | None, begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the open spans between two instants, in order: what a due time has walked over."""
    if hours is None:
        return [(begins, ends)] if begins < ends else []
    found: list[tuple[int, int]] = []
    for opens, closes in _spans(hours, (begins - EPOCH) // MICRO, (ends - EPOCH) // MICRO):
        joins = bool(found) and found[-1][1] == opens
        found.append((found.pop()[0] if joins else opens, closes))
    return [(EPOCH + opens * MICRO, EPOCH + closes * MICRO) for opens, closes in found]


def _spans(hours: Hours, begins: int, ends: int) -> Iterator[tuple[int, int]]:
    """Give the open spans day by day, in microseconds; one past midnight UTC comes in two."""
    day = DAY * MILLION
    for number in range(begins // day, ends // day + 1):
        for opens, closes in hours.of_utc_day(number)[0]:
            span = max(opens * MILLION, begins), min(closes * MILLION, ends)
            if span[0] < span[1]:
                yield span


def is_open(hours: Hours | None, at: datetime) -> bool:
    """Answer whether the hours are open at an instant; at the closing one they are not."""
    if hours is None:
        return True
    second = (at - EPOCH) // SECOND
    spans, _total = hours.of_utc_day(second // DAY)
    return any(opens <= second < closes for opens, closes in spans)


def opens_at(hours: Hours | None, at: datetime) -> datetime:
    """Return the first instant from `at` on at which the hours are open.

    Refuses hours that stay closed for ten years.
    """
    if hours is None or is_open(hours, at):
        return at
    first = (at - EPOCH).days
    for number in range(first, first + FARTHEST.days):
        for opens, _closes in hours.of_utc_day(number)[0]:
            if (instant := EPOCH + opens * SECOND) > at:
                return instant
    raise NeverOpen
