"""Escalations: how many conversations go up, by whom, why and when, and what becomes of them.

A conversation counts once, by its first escalation that somebody asked for; one that only went
up by itself (a phrase, or the ladder) counts apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, literal_column, select, text

from support.models import Agent, Assignment, Conversation, Handover, SlaClock, SlaWaiver
from support.models.clocks import UPWARD
from support.reports.durations import DEED
from support.reports.hours import opened_by_hour
from support.reports.measures import Measures, Part
from support.reports.scope import END, NOW, START, Scope, prepared
from support.reports.statistics import ratio

DONE, SECONDS, VERDICT, _RUNS, OUTAGE, WAIVER = range(6)  # what is read of a clock
Why = tuple[str, str, int | None]  # metric, tier, reason
IS_ESCALATION = Handover.kind == literal_column("'escalation'")


@dataclass(frozen=True, slots=True)
class Case:
    """An escalated conversation of the range; `automatic` if nobody asked for it."""

    conversation: int
    opened_at: datetime
    by: int | None
    reason: int | None

    @property
    def automatic(self) -> bool:
        """Whether it went up by itself, and by nobody's deed."""
        return self.by is None


@dataclass(frozen=True, slots=True)
class Share:
    """Escalated conversations of those opened; automatic ones apart."""

    escalated: int
    automatic: int
    opened: int

    @property
    def ratio(self) -> float | None:
        """Escalated by somebody / opened."""
        return ratio(self.escalated, self.opened)


@dataclass(frozen=True, slots=True)
class Escalations:
    """The escalated conversations among those opened in the range, and what stands against them.

    `held` counts for each agent how many of the opened ones he has held; `by_hour` those opened
    in each hour of the day.
    """

    cases: Sequence[Case]
    opened: int
    held: dict[int, int]
    by_hour: Sequence[int]
    zone: ZoneInfo

    @property
    def share(self) -> Share:
        """The ratio of the whole range."""
        found = Counter(one.automatic for one in self.cases)
        return Share(found[False], found[True], self.opened)

    def of_agents(self) -> dict[int, Share]:
        """For each agent: his escalations of the conversations that he has held."""
        own = Counter(one.by for one in self.cases)
        return {who: Share(own[who], 0, self.held.get(who, 0)) for who in {*self.held, *own} if who}

    def of_reasons(self) -> dict[int | None, Share]:
        """For each reason: the escalations that it was given for, of all that were opened."""
        found = self._counted(lambda one: one.reason)
        reasons = {one.reason for one in self.cases}
        return {why: _share(found, why, self.opened) for why in reasons}

    def of_weeks(self, opened: Mapping[date, int]) -> dict[date, Share]:
        """For each week, by its Monday: the ratio of what was opened in it, told day by day."""
        weeks: Counter[date] = Counter()
        for day, count in opened.items():
            weeks[_monday(day)] += count
        found = self._counted(lambda one: _monday(one.opened_at.astimezone(self.zone).date()))
        return {week: _share(found, week, count) for week, count in sorted(weeks.items())}

    def of_hours(self) -> list[Share]:
        """For each hour of the day: the ratio of what was opened in it."""
        found = self._counted(lambda one: one.opened_at.astimezone(self.zone).hour)
        return [_share(found, hour, count) for hour, count in enumerate(self.by_hour)]

    def _counted(self, key: Callable[[Case], Any]) -> Counter[tuple[Any, bool]]:
        return Counter((key(one), one.automatic) for one in self.cases)


def _share(found: Counter[tuple[Any, bool]], key: Any, opened: int) -> Share:
    return Share(found[key, False], found[key, True], opened)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def escalations(scope: Scope) -> Escalations:
    """Read the escalated conversations among those that were opened in these days."""
    hours = opened_by_hour(scope)
    return Escalations(_cases(scope), sum(hours), _held(scope), hours, scope.span.zone)


def share(scope: Scope, opened: int) -> Share:
    """Return the ratio alone, of so many opened conversations."""
    return Escalations(_cases(scope), opened, {}, (), scope.span.zone).share


def _cases(scope: Scope) -> list[Case]:
    found: list[Case] = []
    for _id, moves in groupby(_moves(scope), key=lambda row: row[0]):
        own = [Case(*move) for move in moves]
        found.append(next((one for one in own if not one.automatic), own[0]))
    return found


@prepared
def _moves(scope: Scope) -> Any:
    return (
        select(Conversation.id, Conversation.opened_at, Handover.by_id, Handover.reason_id)
        .join(Handover, Handover.conversation_id == Conversation.id)
        .where(IS_ESCALATION, Handover.asked_at >= START, scope.few_cases(), scope.opened())
        .order_by(Conversation.id, Handover.id)
    )


def _held(scope: Scope) -> dict[int, int]:
    return {agent: count for agent, count in _holders(scope) if count}


@prepared
def _holders(scope: Scope) -> Any:
    his = and_(
        Assignment.agent_id == Agent.id,
        Assignment.role == "assignee",
        Assignment.started_at >= START,
    )
    # Asked of each row: joined, PostgreSQL would read every conversation for every agent.
    opened = (
        select(1)
        .where(Conversation.id == Assignment.conversation_id, scope.few_cases(), scope.opened())
        .correlate(Assignment)
        .scalar_subquery()
    )
    count = select(func.count(Assignment.conversation_id.distinct())).where(his, opened == 1)
    count = count.correlate(Agent)
    return select(Agent.id, count.scalar_subquery())


def moved(scope: Scope) -> tuple[Counter[int], Counter[int]]:
    """Count the escalations that each agent has made in these days, and that he has received."""
    found = _ends(scope).all()
    made = Counter(by for by, _to in found if by is not None)
    return made, Counter(to for _by, to in found if to is not None)


@prepared
def _ends(scope: Scope) -> Any:
    at = Handover.asked_at
    rows = select(Handover.by_id, Handover.to_agent_id)
    return rows.where(IS_ESCALATION, at >= START, at < END, scope.reached(Handover))


@dataclass(frozen=True, slots=True)
class After:
    """What follows an escalation: the clocks that it has begun, and what they promised."""

    measures: Measures
    of_reason: dict[int | None, Measures]
    target: float | None
    """The mean target of the resolutions, in seconds."""


def after(scope: Scope, *, now: datetime) -> After:
    """Read the clocks that escalations have begun in these days."""
    told: dict[Why, list[Any]] = defaultdict(list)
    targets: list[int] = []
    for metric, tier, reason, target, *rest in _upward(scope, now=now):
        solves = metric == "resolution"
        told["resolution" if solves else "response", tier, reason].append(rest)
        if solves and target and rest[DONE]:
            targets.append(target)
    parts = [(key[2], _part(key, clocks)) for key, clocks in told.items()]
    reasons = {reason for reason, part in parts if part.metric == "resolution"}
    return After(
        Measures(tuple(part for _reason, part in parts)),
        {why: Measures(tuple(part for one, part in parts if one == why)) for why in reasons},
        ratio(sum(targets), len(targets)),
    )


@prepared
def _upward(scope: Scope) -> Any:
    why = and_(Handover.id == SlaClock.started_id, SlaClock.started_kind == "handover")
    keys = (SlaClock.metric, SlaClock.tier, Handover.reason_id, SlaClock.target_seconds)
    done = and_(SlaClock.stopped_at.is_not(None), DEED)
    facts = (SlaClock.elapsed_business_s, SlaClock.verdict(NOW), SlaClock.stopped_at.is_(None))
    return (
        select(*keys, done, *facts, SlaClock.outage, SlaWaiver.id)
        .outerjoin(Handover, why)
        .outerjoin(SlaWaiver, SlaWaiver.clock_id == SlaClock.id)
        .where(scope.clocks(), text(UPWARD))
    )


def _part(key: Why, clocks: list[Any]) -> Part:
    counted = Counter((verdict, runs) for _done, _seconds, verdict, runs, *_rest in clocks)
    broken = [one for one in clocks if one[VERDICT] == "breached"]
    return Part(
        key[0],
        key[1],
        None,
        seconds=tuple(sorted(one[SECONDS] for one in clocks if one[DONE])),
        met=counted["met", False],
        void=counted["void", False],
        breached=len(broken),
        outage=sum(bool(one[OUTAGE]) for one in broken),
        waived=sum(one[WAIVER] is not None for one in broken),
        waiting=sum(count for (_verdict, runs), count in counted.items() if runs),
        overdue=counted["breached", True],
    )
