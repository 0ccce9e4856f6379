"""How long things took, and how promises were kept: exact figures from the clocks themselves.

Of each agent the stopped clocks are counted where they stand in the index; their seconds come
along as one string, which costs a tenth of a row each. What runs and what was waived is few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)

from support.models import METRICS, TIERS, Agent, Conversation, SlaClock, SlaWaiver
from support.reports.measures import Measures, Part
from support.reports.scope import NOW, PROJECTS, START, Scope, prepared

Key = tuple[str, str, int | None]
DEED = or_(
    and_(SlaClock.metric == "resolution", SlaClock.stop_reason == "resolved"),
    SlaClock.stop_reason.in_(("reply", "accepted")),
)


def measured(scope: Scope, *, now: datetime) -> Measures:
    """Read the clocks that started in a report's days: those of each agent, then the rest."""
    parts = (*_stopped(scope), *_broken(scope), *_waived(scope), *_running(scope, now))
    return Measures(parts)


def keys(scope: Scope) -> list[tuple[str, str]]:
    """Return the metrics and tiers that a scope asks for, in the order of the columns."""
    return [(metric, tier) for metric in METRICS for tier in TIERS if scope.tier in ("", tier)]


def _each(scope: Scope, *answers: Iterable[Any]) -> Iterator[tuple[Key, str]]:
    """Give what was told of each agent, and of nobody, metric by metric and tier by tier."""
    for agent, *found in chain.from_iterable(answers):
        for (metric, tier), told in zip(keys(scope), found, strict=True):
            if told:
                yield (metric, tier, agent), told


def _asked(scope: Scope, told: Any, who: Any, *rules: ColumnElement[bool], nobody: bool) -> Any:
    """Ask of every agent, or of nobody, as subqueries.

    Each reads its stretch of a covering index, and nothing has to be sorted.
    """
    whose = who.is_(None) if nobody else who == Agent.id
    cells = [
        select(told)
        .where(scope.clocks(), whose, *rules)
        .where(SlaClock.metric == literal_column(f"'{metric}'"))
        .where(SlaClock.tier == literal_column(f"'{tier}'"))
        .correlate(*([] if nobody else [Agent]))
        .scalar_subquery()
        for metric, tier in keys(scope)
    ]
    return select(null() if nobody else Agent.id, *cells)


def _counted() -> Any:
    """Write seconds and counts of a stretch in one text: `60,61;met;void;unneeded;unanswered`."""
    why = SlaClock.stop_reason
    # The verdict of what has stopped, without what is asked of running ones.
    due, stopped = SlaClock.due_at, SlaClock.stopped_at
    rules = (and_(DEED, stopped <= due), or_(due.is_(None), and_(~DEED, stopped < due)))
    rules += (why == "no_reply_needed", why == "resolved_unanswered")
    seconds = func.aggregate_strings(cast(case((DEED, SlaClock.elapsed_business_s)), String), ",")
    text = func.coalesce(seconds, "")
    for rule in rules:
        text += ";" + cast(func.sum(_one(rule)), String)
    return text


def _one(rule: Any) -> Any:
    return case((rule, 1), else_=0)


VERDICT = SlaClock.verdict(NOW)
STOPPED = SlaClock.stopped_at.is_not(None)
COUNTED = _counted()
BROKEN = cast(func.count(), String) + ";" + cast(func.sum(_one(SlaClock.outage)), String)
IS_BROKEN = (SlaClock.due_seen_at.is_not(None), STOPPED, VERDICT == "breached")


@prepared
def _stopped_by_agents(scope: Scope) -> Any:
    return _asked(scope, COUNTED, SlaClock.stopped_by_id, STOPPED, nobody=False)


@prepared
def _stopped_by_nobody(scope: Scope) -> Any:
    return _asked(scope, COUNTED, SlaClock.stopped_by_id, STOPPED, nobody=True)


@prepared
def _broken_by_agents(scope: Scope) -> Any:
    return _asked(scope, BROKEN, SlaClock.due_holder_id, *IS_BROKEN, nobody=False)


@prepared
def _broken_in_queues(scope: Scope) -> Any:
    return _asked(scope, BROKEN, SlaClock.due_holder_id, *IS_BROKEN, nobody=True)


def _stopped(scope: Scope) -> Iterator[Part]:
    now = {"now": scope.span.end}  # of what has stopped no verdict changes
    found = (_stopped_by_agents(scope, **now), _stopped_by_nobody(scope, **now))
    for key, told in _each(scope, *found):
        taken, met, void, unneeded, unanswered = told.split(";")
        # In order: sorting what is sorted in parts costs next to nothing.
        seconds = tuple(sorted(map(int, taken.split(",")))) if taken else ()
        facts = {"unneeded": int(unneeded), "unanswered": int(unanswered)}
        yield Part(*key, seconds=seconds, met=int(met), void=int(void), **facts)


def _broken(scope: Scope) -> Iterator[Part]:
    """Who held it when it was due; whoever stopped it later has nothing to do with that."""
    now = {"now": scope.span.end}
    for key, told in _each(scope, _broken_by_agents(scope, **now), _broken_in_queues(scope, **now)):
        count, outage = told.split(";")
        yield Part(*key, breached=int(count), outage=int(outage))


@prepared
def _pardons(scope: Scope) -> Any:
    keys_of = (SlaClock.metric, SlaClock.tier, SlaClock.due_holder_id)
    since = select(SlaWaiver.clock_id).where(SlaWaiver.at >= START)
    return (
        select(*keys_of, func.count(), func.sum(_one(~SlaClock.outage)))
        .where(SlaClock.id.in_(since), scope.few_clocks(), STOPPED, VERDICT == "breached")
        .group_by(*keys_of)
    )


def _waived(scope: Scope) -> Iterator[Part]:
    """The pardons of clocks that have stopped; there are few."""
    for metric, tier, who, count, own in _pardons(scope, now=scope.span.end):
        yield Part(metric, tier, who, waived=count, pardoned=own)


@prepared
def _that_run(scope: Scope) -> Any:
    held = case(
        (SlaClock.due_seen_at.is_(None), Conversation.assignee_id), else_=SlaClock.due_holder_id
    )
    keys_of = (SlaClock.metric, SlaClock.tier, Conversation.assignee_id, held)
    facts = (VERDICT, SlaClock.outage, SlaWaiver.id.is_not(None))
    mine = (SlaClock.project_id + 0).in_(PROJECTS)
    running = select(SlaClock.id).where(mine, SlaClock.stopped_at.is_(None))
    return (
        select(*keys_of, *facts, func.count())
        .join(Conversation, Conversation.id == SlaClock.conversation_id)
        .outerjoin(SlaWaiver, SlaWaiver.clock_id == SlaClock.id)
        .where(scope.few_clocks(), SlaClock.id.in_(running))
        .group_by(*keys_of, *facts)
    )


def _running(scope: Scope, now: datetime) -> Iterator[Part]:
    """Who has it now waits; who had it when it was due broke the promise."""
    for metric, tier, by, who, verdict, outage, pardon, count in _that_run(scope, now=now):
        yield Part(metric, tier, by, waiting=count)
        if verdict == "breached":
            own = 0 if outage else count
            facts: dict[str, int] = {
                "breached": count,
                "overdue": count,
                "outage": count - own,
                "late": own,
            }
            facts |= {"waived": count, "pardoned": own} if pardon else {}
            yield replace(Part(metric, tier, who), **facts)
