"""SLA: what it costs to know when something is due.

`due` is one due time by a typical calendar: Monday to Friday in two spans, 12 holidays, a target
of 30 business hours, from every minute of a year in turn. `due_first` is the same with hours
that nobody has used before, so that no day of theirs is ready.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure, timed
from benchmarks.plan import Plan
from support.hours import Hours, due, hours_from

SECONDS = 30 * 3_600
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=26, seconds=17)  # 20,000 of them are a year
WEEK = {
    day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}
HOLIDAYS = (
    *("01-01", "01-06", "05-01", "08-15", "10-03", "11-01", "12-24", "12-25", "12-26", "12-31"),
    *("2026-04-03", "2026-04-06"),
)


def run(plan: Plan, *, times: int = 20_000) -> Generator[Figure]:
    """Give the cost of a due time; a database plays no part in it."""
    del plan
    ready = typical()
    yield measured("due", lambda: ready, times)
    yield measured("due_first", lambda: fresh(ready), times // 10)


def typical() -> Hours:
    """Return the hours of a team in Berlin."""
    return hours_from("Europe/Berlin", WEEK, {}, dict.fromkeys(HOLIDAYS, ""))


def fresh(known: Hours) -> Hours:
    """Return the same hours with no day ready."""
    return Hours(known.zone, known.weekly, known.dated, known.yearly)


def measured(name: str, hours: Callable[[], Hours], times: int) -> Figure:
    """Ask for this many due times over a year; the first hundred warm up."""
    gc.collect()
    seconds: list[float] = []
    before = 0.0
    for number in range(-100, times):
        if number == 0:
            before = time.process_time()
        given, start = hours(), START + (number % 20_000) * STEP
        began = time.perf_counter()
        due(given, start, SECONDS)
        seconds.append(time.perf_counter() - began)
    cost = time.process_time() - before
    kept = seconds[100:]
    return timed(name, kept, cpu_ms=1000 * cost / times, per_second=times / sum(kept))
