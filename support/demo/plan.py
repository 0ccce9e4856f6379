"""The month before: which customer wrote what when, and who answered. Planned, not yet done.

The plan follows from one instant alone, so that a seeding that was interrupted can go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count, takewhile
from random import Random

from support.demo import cases
from support.demo.cases import Act
from support.demo.customers import FIRST_PAST, Patron, patron
from support.demo.present import present
from support.demo.scenes import Scene, fitting
from support.demo.shifts import Shift, shifts
from support.demo.team import PROJECTS

DAYS = 30
PAST_CASES = 232
PATRONS = 190
# The plan ends here before its instant; who has got so far has finished it.
LAST = timedelta(seconds=40)
# A customer who comes back sooner would reopen his last case instead of beginning another.
APART = timedelta(hours=26)
# How busy each hour of a day is, from midnight UTC on.
HOURS = (3, 4, 5, 6, 7, 8, 9, 10, 9, 9, 10, 9, 10, 12, 12, 10, 8, 7, 6, 5, 4, 3, 3, 2)
WEEKEND = 0.6


@dataclass(frozen=True, slots=True)
class Plan:
    """Acts in the order of their instants, which are all different, and who is at work when."""

    acts: tuple[Act, ...]
    rota: tuple[Shift, ...] = ()

    @property
    def patrons(self) -> dict[int, Patron]:
        """Return everybody who appears, by Telegram id."""
        return {act.customer: patron(act.customer) for act in self.acts if act.customer}

    def after(self, instant: datetime | None) -> list[Act]:
        """Return what is still to be done once everything up to `instant` is."""
        return [act for act in self.acts if instant is None or act.at > instant]


class Cast:
    """Finds a customer who is free to begin a new case."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._free: dict[int, datetime] = {}
        self._at: dict[str, list[int]] = defaultdict(list)
        for number in range(FIRST_PAST, FIRST_PAST + PATRONS):
            self._at[PROJECTS[number % 5 > 2].key].append(number)

    def free(self, project: str, start: datetime, language: str = "") -> Patron:
        """Return somebody of this project whose last case was over long before `start`."""
        free = [n for n in self._at[project] if self._free.get(n, start) <= start]
        if language:
            free = [n for n in free if patron(n).language == language]
        return patron(self._random.choice(free))

    def busy(self, who: Patron, until: datetime) -> None:
        """Keep a customer from beginning anything until a while after `until`."""
        self._free[who.telegram_id] = until + APART


def plan(anchor: datetime) -> Plan:
    """Plan the thirty days before `anchor`, up to a few seconds before it."""
    random = Random(2026)  # noqa: S311 - a story, not a secret
    cast = Cast(random)
    rota = shifts(anchor, DAYS)
    said = [*_past(random, cast, anchor), *present(random, cast, anchor, anchor - LAST)]
    acts = [*_turns(rota), *said]
    return Plan(tuple(_numbered(_ordered(acts, anchor - LAST))), tuple(rota))


def _past(random: Random, cast: Cast, anchor: datetime) -> Iterator[Act]:
    for start in sorted(_starts(random, anchor)):
        project = random.choices(("wallet", "market"), (3, 2))[0]
        who = cast.free(project, start)
        case = cases.whole(random, _scene(random, who, project), who, project, start)
        limit = anchor - timedelta(hours=1)
        # What would not be over by now is left out: the present has cases of its own.
        if case[-1].at < limit:
            cast.busy(who, case[-1].at)
            yield from case


def _starts(random: Random, anchor: datetime) -> Iterator[datetime]:
    midnight = anchor.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight - timedelta(days=back) for back in range(DAYS)]
    weights = [WEEKEND if day.weekday() >= 5 else 1.0 for day in days]
    for day in random.choices(days, weights, k=PAST_CASES):
        hour = random.choices(range(24), HOURS)[0]
        start = day + timedelta(hours=hour, seconds=random.randrange(3600))
        yield start if start < anchor - timedelta(hours=3) else start - timedelta(days=1)


def _scene(random: Random, who: Patron, project: str) -> Scene:
    return random.choice(fitting(who.language, project))


def _turns(rota: Iterable[Shift]) -> Iterator[Act]:
    return (Act(at, kind, by=shift.by) for shift in rota for at, kind in shift.turns)


def _ordered(acts: list[Act], last: datetime) -> Iterator[Act]:
    """Give every act an instant of its own, the very last one exactly `last`."""
    acts.sort(key=lambda act: act.at)
    at = acts[0].at - timedelta(seconds=1)
    for act in acts[:-1]:
        at = max(act.at, at + timedelta(milliseconds=1))
        yield replace(act, at=at)
    yield replace(acts[-1], at=last)


def _numbered(acts: Iterator[Act]) -> Iterator[Act]:
    """Give every message the number it has at Telegram: one sequence for each bot."""
    numbers = {project.key: count(1) for project in PROJECTS}
    for act in acts:
        yield replace(act, message=next(numbers[act.project])) if act.is_message else act


def finished(instant: datetime | None, anchor: datetime) -> bool:
    """Whether everything up to the plan's end was done."""
    return instant is not None and instant >= anchor - LAST


def busiest(plan: Plan) -> int:
    """Return the highest message number that any bot of the plan uses."""
    return max(act.message or 0 for act in plan.acts)


def until(acts: list[Act], limit: int) -> Iterator[list[Act]]:
    """Cut acts into parts of at most `limit`."""
    parts = (acts[start : start + limit] for start in count(0, limit))
    return takewhile(bool, parts)
