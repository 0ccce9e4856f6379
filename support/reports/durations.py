"""How long things took, and how promises were kept: exact figures from the clocks themselves.

One statement counts all stopped clocks of a report by who did what; the seconds of each cell
come along as one string, which costs a tenth of a row each. A second counts those that run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import String, and_, case, cast, func, or_, select

from support.db import db
from support.models import Conversation, SlaClock, SlaWaiver
from support.reports.scope import Scope

DEED = or_(
    and_(SlaClock.metric == "resolution", SlaClock.stop_reason == "resolved"),
    SlaClock.stop_reason.in_(("reply", "accepted")),
)


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds of business time that deeds took, and what became of the promises.

    `median` is the middle one (of two their mean), `p90` the smallest that nine of ten do not
    exceed (nearest rank). `breached` counts the overdue ones that still run, too; `waived` are
    those of them that a supervisor pardoned; `outage` those in which nobody could answer.
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
    waiting: int = 0
    overdue: int = 0

    @property
    def share(self) -> float | None:
        """The share met: met / (met + breached); None where nothing is decided."""
        return ratio(self.met, self.met + self.breached)

    @property
    def share_pardoned(self) -> float | None:
        """The same without the clocks that were waived: met / (met + breached - waived)."""
        return ratio(self.met, self.met + self.breached - self.waived)


@dataclass(frozen=True, slots=True)
class Cell:
    """Clocks that are alike: who stopped them, who held them when due, what became of them."""

    metric: str
    tier: str
    by: int | None
    held: int | None
    verdict: str
    outage: bool
    waived: bool
    runs: bool
    count: int
    seconds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Measures:
    """All cells of a report; every figure is summed out of them, so no two can disagree."""

    cells: tuple[Cell, ...]

    def of(self, metric: str, *, tier: str = "") -> Durations:
        """Return the figures of one metric, of one tier or of all."""
        return summed(self._chosen(metric, tier), lambda _id: True, counts_outage=True)

    def of_agent(self, metric: str, agent: int | None, *, tier: str = "") -> Durations:
        """Return what is one agent's; of None what is a queue's, or was stopped by nobody.

        A duration is his who stopped it, a breach his who held it at due; in an outage nobody's.
        """
        return summed(self._chosen(metric, tier), lambda who: who == agent, counts_outage=False)

    def agents(self) -> set[int]:
        """Return everybody who has a part in it."""
        return {who for cell in self.cells for who in (cell.by, cell.held) if who is not None}

    def _chosen(self, metric: str, tier: str) -> list[Cell]:
        return [one for one in self.cells if one.metric == metric and tier in ("", one.tier)]


def measured(scope: Scope, *, now: datetime) -> Measures:
    """Read the clocks that started in a report's days; two statements."""
    return Measures((*_stopped(scope, now=now), *_running(scope, now=now)))


def _stopped(scope: Scope, *, now: datetime) -> Iterator[Cell]:
    waived = SlaWaiver.id.is_not(None)
    keys = (SlaClock.metric, SlaClock.tier, SlaClock.stopped_by_id, SlaClock.due_holder_id)
    facts = (SlaClock.verdict(now), SlaClock.outage, waived)
    taken = cast(case((DEED, SlaClock.elapsed_business_s)), String)
    rows = (
        select(*keys, *facts, func.count(), func.aggregate_strings(taken, ","))
        .outerjoin(SlaWaiver, SlaWaiver.clock_id == SlaClock.id)
        .where(scope.clocks(), SlaClock.stopped_at.is_not(None))
        .group_by(*keys, *facts)
    )
    for *facts_of, count, seconds in db.session.execute(rows):
        taken_of = tuple(map(int, seconds.split(","))) if seconds else ()
        yield _cell(facts_of, runs=False, count=count, seconds=taken_of)


def _running(scope: Scope, *, now: datetime) -> Iterator[Cell]:
    """Who has it now waits; who had it when it was due broke the promise."""
    waived = SlaWaiver.id.is_not(None)
    keys = (SlaClock.metric, SlaClock.tier, Conversation.assignee_id)
    held = case(
        (SlaClock.due_seen_at.is_(None), Conversation.assignee_id), else_=SlaClock.due_holder_id
    )
    facts = (held, SlaClock.verdict(now), SlaClock.outage, waived)
    rows = (
        select(*keys, *facts, func.count())
        .join(Conversation, Conversation.id == SlaClock.conversation_id)
        .outerjoin(SlaWaiver, SlaWaiver.clock_id == SlaClock.id)
        .where(scope.clocks(), SlaClock.stopped_at.is_(None))
        .group_by(*keys, *facts)
    )
    for *facts_of, count in db.session.execute(rows):
        yield _cell(facts_of, runs=True, count=count)


def _cell(facts: list[Any], *, runs: bool, count: int, seconds: tuple[int, ...] = ()) -> Cell:
    metric, tier, by, held, verdict, outage, waived = facts
    return Cell(metric, tier, by, held, verdict, bool(outage), bool(waived), runs, count, seconds)


def summed(
    cells: Iterable[Cell], his: Callable[[int | None], bool], *, counts_outage: bool
) -> Durations:
    """Sum the cells up for one person, or for all."""
    cells = list(cells)

    def counted(rule: Callable[[Cell], bool]) -> int:
        return sum(one.count for one in cells if rule(one))

    def is_breach(one: Cell) -> bool:
        return one.verdict == "breached" and his(one.held) and (counts_outage or not one.outage)

    seconds = sorted(chain.from_iterable(one.seconds for one in cells if his(one.by)))
    return Durations(
        count=len(seconds),
        median=median(seconds),
        p90=percentile(seconds, 90),
        mean=ratio(sum(seconds), len(seconds)),
        met=counted(lambda one: one.verdict == "met" and his(one.by)),
        breached=counted(is_breach),
        waived=counted(lambda one: is_breach(one) and one.waived),
        outage=counted(lambda one: one.outage and one.verdict == "breached" and his(one.held)),
        void=counted(lambda one: one.verdict == "void" and his(one.by)),
        waiting=counted(lambda one: one.runs and his(one.by)),
        overdue=counted(lambda one: one.runs and is_breach(one)),
    )


def median(ordered: list[int]) -> float | None:
    """Return the middle of an ordered list; of two in the middle their mean."""
    if not ordered:
        return None
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(ordered: list[int], share: int) -> int | None:
    """Return the smallest value that `share` percent do not exceed: nearest rank, exact."""
    return ordered[math.ceil(len(ordered) * share / 100) - 1] if ordered else None


def ratio(part: float, whole: float) -> float | None:
    """Divide; nothing of nothing is no figure."""
    return part / whole if whole else None
