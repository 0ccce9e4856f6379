"""The watch over running clocks: who held what was due, and which reminders have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from support.db import db
from support.models import Conversation, Resolution, SlaClock, SlaReminder
from support.sla import overdue
from support.sla.clocks import RESPONSES, spans_of
from support.sla.responses import under_way
from support.sla.stages import Stage
from support.sla.terms import Terms, of_clock

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


def look(conversation: Conversation, clock_id: int, *, now: datetime) -> Call | None:
    """Write down what has come of a clock, each stage once, and return whom it calls.

    The thread is locked. What came while nobody looked calls once, by its latest stage. While
    a reply is under way, or the case is about to be closed, it waits.
    """
    clock = db.session.get_one(SlaClock, clock_id, populate_existing=True)
    if clock.stopped_at is not None or clock.look_at is None or clock.look_at > now:
        return None
    if _may_be_done(conversation, clock):
        clock.look_at = now + REST
        return None
    return _come(clock, now=now)


def _may_be_done(conversation: Conversation, clock: SlaClock) -> bool:
    if clock.metric in RESPONSES:
        return clock.ends_at is not None or under_way(conversation) > clock.started_seq
    standing = select(Resolution.id).where(
        Resolution.conversation_id == conversation.id,
        Resolution.done_at.is_(None),
        Resolution.undone_at.is_(None),
    )
    return db.session.scalar(standing) is not None


def _come(clock: SlaClock, *, now: datetime) -> Call | None:
    terms, spans = of_clock(clock), spans_of(clock.pauses)
    done = overdue.done(clock)
    is_breach = clock.due_at is not None and clock.due_at <= now
    if is_breach:
        overdue.mark(clock, now=now)
        done.add("due")
    come = _stages(clock, terms, spans, done, now=now)
    for stage in come:
        db.session.add(SlaReminder(clock_id=clock.id, stage=stage.key, at=now))
        done.add(stage.key)
    clock.look_at = terms.look(clock.counted_at, clock.due_at, spans, done)
    db.session.flush()
    if not come:
        return None
    return Call(clock, come[-1], tuple(one.act for one in come if one.act != "none"), is_breach)


def _stages(
    clock: SlaClock,
    terms: Terms,
    spans: list[tuple[datetime, datetime | None]],
    done: set[str],
    *,
    now: datetime,
) -> list[Stage]:
    found: list[Stage] = []
    for stage in terms.stages(done):
        at = terms.stage_at(stage, clock.counted_at, clock.due_at, spans)
        if at is not None and at <= now:
            found.append(stage)
    return found
