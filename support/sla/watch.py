"""The watch over running clocks: who held what was due, and which reminders have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from support.db import db
from support.models import Resolution, SlaClock, SlaReminder
from support.sla import overdue
from support.sla.clocks import RESPONSES, spans_of
from support.sla.responses import replies_under_way
from support.sla.stages import Stage
from support.sla.terms import of_clock

BATCH = 100
# A clock whose deed may just be done is looked at again so soon.
REST = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Call:
    """What has come of one clock: its latest stage, and the deeds of all that came."""

    clock: SlaClock
    stage: Stage
    acts: tuple[str, ...]
    is_breach: bool


def to_look(*, now: datetime) -> Sequence[tuple[int, int]]:
    """Return conversation and clock of those that something has come of, the longest ago first."""
    rows = (
        select(SlaClock.conversation_id, SlaClock.id)
        .where(SlaClock.stopped_at.is_(None), SlaClock.look_at <= now)
        .order_by(SlaClock.look_at)
        .limit(BATCH)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def look(clock_ids: Sequence[int], *, now: datetime, acting: bool) -> list[Call]:
    """Write down what has come of these clocks, each stage once, and return whom each calls.

    Their threads are locked. What came while nobody looked calls once, by its latest stage.
    While a reply is under way, or the case is about to be closed, it waits. Unless `acting`,
    those whose ladder moves them are left for whoever looks at them one by one.
    """
    rows = select(SlaClock).where(
        SlaClock.id.in_(clock_ids), SlaClock.stopped_at.is_(None), SlaClock.look_at <= now
    )
    fresh = {"populate_existing": True}
    options = selectinload(SlaClock.pauses)
    found = db.session.scalars(rows.options(options).execution_options(**fresh)).all()
    clocks = _at_rest(found, now=now)
    seen = overdue.done(clocks)
    come = {clock.id: _stages(clock, seen[clock.id], now=now) for clock in clocks}
    if not acting:
        clocks = [one for one in clocks if all(s.act == "none" for s in come[one.id])]
    overdue.mark([one for one in clocks if _is_due(one, now)], now=now)
    _remember(clocks, come, now=now)
    calls = [_called(one, come[one.id], seen[one.id], now=now) for one in clocks]
    db.session.flush()
    return [call for call in calls if call]


def _at_rest(clocks: Sequence[SlaClock], *, now: datetime) -> list[SlaClock]:
    """Return those whose deed cannot just have been done; the others are looked at again soon."""
    cases = {clock.conversation_id for clock in clocks}
    places, closing = replies_under_way(cases), _closing(cases)
    found: list[SlaClock] = []
    for clock in clocks:
        is_response = clock.metric in RESPONSES
        answered = clock.ends_at or places.get(clock.conversation_id, 0) > clock.started_seq
        if answered if is_response else clock.conversation_id in closing:
            clock.look_at = now + REST
        else:
            found.append(clock)
    return found


def _closing(cases: set[int]) -> set[int]:
    rows = select(Resolution.conversation_id).where(
        Resolution.conversation_id.in_(cases),
        Resolution.done_at.is_(None),
        Resolution.undone_at.is_(None),
    )
    return set(db.session.scalars(rows))


def _is_due(clock: SlaClock, now: datetime) -> bool:
    return clock.due_at is not None and clock.due_at <= now


def _stages(clock: SlaClock, seen: set[str], *, now: datetime) -> list[Stage]:
    terms, spans = of_clock(clock), spans_of(clock.pauses)
    found: list[Stage] = []
    for stage in terms.stages(seen):
        at = terms.stage_at(stage, clock.counted_at, clock.due_at, spans)
        if at is not None and at <= now:
            found.append(stage)
    return found


def _remember(clocks: Sequence[SlaClock], come: dict[int, list[Stage]], *, now: datetime) -> None:
    rows = [
        {"clock_id": clock.id, "stage": stage.key, "at": now}
        for clock in clocks
        for stage in come[clock.id]
    ]
    if rows:
        db.session.execute(insert(SlaReminder), rows)


def _called(clock: SlaClock, come: list[Stage], seen: set[str], *, now: datetime) -> Call | None:
    is_breach = _is_due(clock, now)
    after = seen | {stage.key for stage in come} | ({"due"} if is_breach else set[str]())
    spans = spans_of(clock.pauses)
    clock.look_at = of_clock(clock).look(clock.counted_at, clock.due_at, spans, after)
    if not come:
        return None
    return Call(clock, come[-1], tuple(one.act for one in come if one.act != "none"), is_breach)
