"""Measures: how long things took and how promises were kept, of everybody and of each agent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from support.reports.statistics import median, percentile, ratio

SUMMED = ("met", "void", "unneeded", "unanswered", "outage", "waiting")


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds of business time that deeds took, and what became of the promises.

    `median` is the middle one (of two their mean), `p90` the smallest that nine of ten do not
    exceed (nearest rank). `breached` counts the overdue ones that still run, too; `waived` are
    those of them that a supervisor pardoned; `outage` those in which nobody could answer. Of
    `unneeded` ones somebody said that no reply is needed, `unanswered` ones were resolved so.
    """

    count: int = 0
    median: float | None = None
    p90: int | None = None
    mean: float | None = None
    met: int = 0
    breached: int = 0
    waived: int = 0
    outage: int = 0
    void: int = 0
    unneeded: int = 0
    unanswered: int = 0
    waiting: int = 0
    overdue: int = 0

    @property
    def voided(self) -> int:
        """The replies that were never written: unneeded + unanswered."""
        return self.unneeded + self.unanswered

    @property
    def share(self) -> float | None:
        """The share met: met / (met + breached); None where nothing is decided."""
        return ratio(self.met, self.met + self.breached)

    @property
    def share_pardoned(self) -> float | None:
        """The same without the clocks that were waived: met / (met + breached - waived)."""
        return ratio(self.met, self.met + self.breached - self.waived)


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody has of the clocks of one metric and tier; nobody's part is of `who` None.

    He stopped those that took these `seconds`, in order, and those that are met or void; he held
    the `breached` ones when they were due, in an `outage` some of them; `waiting` ones are his.
    """

    metric: str
    tier: str
    who: int | None
    seconds: tuple[int, ...] = ()
    met: int = 0
    void: int = 0
    unneeded: int = 0
    unanswered: int = 0
    breached: int = 0
    outage: int = 0
    waived: int = 0
    pardoned: int = 0  # of the waived ones those that were no outage
    waiting: int = 0
    overdue: int = 0
    late: int = 0  # of the overdue ones those that are no outage


@dataclass(frozen=True)
class Measures:
    """All parts of a report; every figure is summed out of them, so no two can disagree."""

    parts: tuple[Part, ...]

    @cached_property
    def _of_each(self) -> dict[int | None, list[Part]]:
        found: dict[int | None, list[Part]] = defaultdict(list)
        for part in self.parts:
            found[part.who].append(part)
        return found

    def of(self, metric: str, *, tier: str = "") -> Durations:
        """Return the figures of one metric, of one tier or of all."""
        parts = _chosen(self.parts, metric, tier)
        return _summed(parts, breached="breached", waived="waived", overdue="overdue")

    def of_agent(self, metric: str, agent: int | None, *, tier: str = "") -> Durations:
        """Return what is one agent's; of None what is a queue's, or was stopped by nobody.

        A duration is his who stopped it, a breach his who held it at due; in an outage nobody's.
        """
        parts = _chosen(self._of_each.get(agent, []), metric, tier)
        found = _summed(parts, breached="breached", waived="pardoned", overdue="late")
        return replace(found, breached=found.breached - found.outage)

    def agents(self) -> set[int]:
        """Return everybody who has a part in it."""
        return {who for who in self._of_each if who is not None}


def _chosen(parts: Iterable[Part], metric: str, tier: str) -> list[Part]:
    return [one for one in parts if one.metric == metric and tier in ("", one.tier)]


def _summed(parts: list[Part], **named: str) -> Durations:
    names = {name: name for name in SUMMED} | named
    seconds = sorted(chain.from_iterable(one.seconds for one in parts))
    return Durations(
        count=len(seconds),
        median=median(seconds),
        p90=percentile(seconds, 90),
        mean=ratio(sum(seconds), len(seconds)),
        **{name: sum(getattr(one, of) for one in parts) for name, of in names.items()},
    )
