"""How long things took, and how promises were kept: exact figures from the clocks themselves.

Of each agent the stopped clocks are counted where they stand in the index; their seconds come
along as one string, which costs a tenth of a row each. What runs and what was waived is few.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, null, or_, select

from support.db import db
from support.models import METRICS, TIERS, Agent, Conversation, SlaClock, SlaWaiver
from support.reports.scope import Scope

SUMMED = ("met", "void", "unneeded", "unanswered", "outage", "waiting")
DEED = or_(
    and_(SlaClock.metric == "resolution", SlaClock.stop_reason == "resolved"),
    SlaClock.stop_reason.in_(("reply", "accepted")),
)


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


def measured(scope: Scope, *, now: datetime) -> Measures:
    """Read the clocks that started in a report's days: those of each agent, then the rest."""
    return Measures(
        (*_stopped(scope, now), *_broken(scope, now), *_waived(scope, now), *_running(scope, now))
    )


def _each(scope: Scope, who: Any, told: Callable[[ColumnElement[bool]], Any]) -> Iterator[Any]:
    """Ask of every agent and of nobody, metric by metric and tier by tier.

    As subqueries: each reads its stretch of a covering index, and nothing has to be sorted.
    """
    keys = [(metric, tier) for metric in METRICS for tier in TIERS if scope.tier in ("", tier)]

    def cells(whose: ColumnElement[bool]) -> list[Any]:
        of = [and_(SlaClock.metric == metric, SlaClock.tier == tier) for metric, tier in keys]
        return [told(and_(scope.clocks(), whose, one)).scalar_subquery() for one in of]

    agents = select(Agent.id, *(one.correlate(Agent) for one in cells(who == Agent.id)))
    nobody = select(null(), *cells(who.is_(None)))
    for statement in (agents, nobody):
        for agent, *found in db.session.execute(statement):
            for key, text in zip(keys, found, strict=True):
                if text:
                    yield (*key, agent), text


def _stopped(scope: Scope, now: datetime) -> Iterator[Part]:
    verdict, why = SlaClock.verdict(now), SlaClock.stop_reason
    rules = (verdict == "met", verdict == "void")
    rules += (why == "no_reply_needed", why == "resolved_unanswered")
    seconds = func.aggregate_strings(cast(case((DEED, SlaClock.elapsed_business_s)), String), ",")
    text = func.coalesce(seconds, "")
    for rule in rules:
        text += ";" + cast(func.sum(_one(rule)), String)

    def told(rule: ColumnElement[bool]) -> Any:
        return select(text).where(rule, SlaClock.stopped_at.is_not(None))

    for key, found in _each(scope, SlaClock.stopped_by_id, told):
        taken, met, void, unneeded, unanswered = found.split(";")
        # In order: sorting what is sorted in parts costs next to nothing.
        seconds_of = tuple(sorted(map(int, taken.split(",")))) if taken else ()
        facts = {"unneeded": int(unneeded), "unanswered": int(unanswered)}
        yield Part(*key, seconds=seconds_of, met=int(met), void=int(void), **facts)


def _broken(scope: Scope, now: datetime) -> Iterator[Part]:
    """Who held it when it was due; whoever stopped it later has nothing to do with that."""
    text = cast(func.count(), String) + ";" + cast(func.sum(_one(SlaClock.outage)), String)
    seen = (SlaClock.due_seen_at.is_not(None), SlaClock.stopped_at.is_not(None))

    def told(rule: ColumnElement[bool]) -> Any:
        return select(text).where(rule, *seen, SlaClock.verdict(now) == "breached")

    for key, found in _each(scope, SlaClock.due_holder_id, told):
        count, outage = found.split(";")
        yield Part(*key, breached=int(count), outage=int(outage))


def _one(rule: Any) -> Any:
    return case((rule, 1), else_=0)


def _waived(scope: Scope, now: datetime) -> Iterator[Part]:
    """The pardons of clocks that have stopped; there are few."""
    keys = (SlaClock.metric, SlaClock.tier, SlaClock.due_holder_id)
    rows = (
        select(*keys, func.count(), func.sum(_one(~SlaClock.outage)))
        .where(SlaClock.id.in_(select(SlaWaiver.clock_id).where(SlaWaiver.at >= scope.span.start)))
        .where(scope.few_clocks(), SlaClock.stopped_at.is_not(None))
        .where(SlaClock.verdict(now) == "breached")
        .group_by(*keys)
    )
    for metric, tier, who, count, own in db.session.execute(rows):
        yield Part(metric, tier, who, waived=count, pardoned=own)


def _running(scope: Scope, now: datetime) -> Iterator[Part]:
    """Who has it now waits; who had it when it was due broke the promise."""
    waived = SlaWaiver.id.is_not(None)
    held = case(
        (SlaClock.due_seen_at.is_(None), Conversation.assignee_id), else_=SlaClock.due_holder_id
    )
    keys = (SlaClock.metric, SlaClock.tier, Conversation.assignee_id, held)
    facts = (SlaClock.verdict(now), SlaClock.outage, waived)
    rows = (
        select(*keys, *facts, func.count())
        .join(Conversation, Conversation.id == SlaClock.conversation_id)
        .outerjoin(SlaWaiver, SlaWaiver.clock_id == SlaClock.id)
        .where(scope.few_clocks(), SlaClock.id.in_(_that_run(scope)))
        .group_by(*keys, *facts)
    )
    for metric, tier, by, who, verdict, outage, pardon, count in db.session.execute(rows):
        yield Part(metric, tier, by, waiting=count)
        if verdict == "breached":
            own = 0 if outage else count
            facts_of = {"breached": count, "overdue": count, "outage": count - own, "late": own}
            facts_of |= {"waived": count, "pardoned": own} if pardon else {}
            yield Part(metric, tier, who, **facts_of)


def _that_run(scope: Scope) -> Any:
    mine = (SlaClock.project_id + 0).in_(scope.projects)
    return select(SlaClock.id).where(mine, SlaClock.stopped_at.is_(None))


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
