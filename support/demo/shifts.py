"""Who is at work when: the team's shifts of thirty days, some with a break in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from support.demo.team import TEAM

# When everybody begins (UTC), and the days of the week on which he does not.
ROTA = {
    "mei": (23, (2,)),
    "ken": (15, (6,)),
    "emma": (7, (0,)),
    "wei": (6, (5,)),
    "sun": (1, (6, 0)),
    "david": (9, (5, 6)),
}
LENGTH = timedelta(hours=9)
BREAK = timedelta(minutes=35)
# The last shifts are over before the story ends, and none begins so late.
LAST_START, LAST_END = timedelta(hours=4), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent's day: he comes, has a break, and goes."""

    by: str
    start: datetime
    rest: datetime
    end: datetime

    @property
    def turns(self) -> Iterator[tuple[datetime, str]]:
        """Return what he does at which instant; every second has no break, nor has a short one."""
        yield self.start, "come"
        if self.rest.minute % 2 and self.rest + BREAK < self.end - timedelta(hours=3):
            yield self.rest, "away"
            yield self.rest + BREAK, "back"
        yield self.end, "go"


def shifts(anchor: datetime, days: int) -> list[Shift]:
    """Return everybody's shifts in the days before `anchor`, in the order of their beginnings."""
    random = Random(7)  # noqa: S311 - a story
    found = [
        shift
        for agent in TEAM
        if agent.key in ROTA
        for back in range(days - 1, -1, -1)
        if (shift := _shift(random, agent.email, agent.key, anchor, back))
    ]
    return sorted(found, key=lambda shift: shift.start)


def _shift(random: Random, email: str, key: str, anchor: datetime, back: int) -> Shift | None:
    hour, free = ROTA[key]
    day = anchor.replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=back)
    start = day + timedelta(seconds=random.randrange(-600, 300))
    rest = start + timedelta(hours=4, minutes=random.randrange(60))
    end = start + LENGTH + timedelta(seconds=random.randrange(1200))
    if day.weekday() in free or start > anchor - LAST_START:
        return None
    late = LAST_END + timedelta(seconds=random.randrange(120))
    return Shift(email, start, rest, min(end, anchor - late))


def at_work(rota: Iterable[Shift], instant: datetime) -> set[str]:
    """Return the addresses of those who are at work at an instant."""
    return {shift.by for shift in rota if shift.start <= instant < shift.end}
