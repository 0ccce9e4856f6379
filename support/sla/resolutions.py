"""Resolution clocks: from the opening, or from a new tier, to the end, without the pauses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from support.db import db
from support.models import Agent, Conversation, SlaClock, SlaPause
from support.sla.clocks import Start, begin, recount, running, settle, stop
from support.sla.terms import of_clock, of_policy

Spans = list[tuple[datetime, datetime | None, str]]
PARKED = ("waiting", "snoozed")


def _running(conversation: Conversation) -> SlaClock | None:
    return next(iter(running(conversation, "resolution")), None)


def rested(conversation: Conversation, *, now: datetime) -> None:
    """The conversation is parked, or is so in another way: the clock stands if it was promised."""
    clock = _running(conversation)
    if clock is not None:
        _end_pause(clock, now=now)
        if _pauses(clock, conversation.status):
            clock.pauses.append(SlaPause(why=conversation.status, started_at=_since(clock, now)))
        db.session.flush()
        recount(clock)
        settle(conversation)


def _since(clock: SlaClock, now: datetime) -> datetime:
    return max(now, clock.started_at)


def _pauses(clock: SlaClock, status: str) -> bool:
    return {"waiting": clock.pause_waiting, "snoozed": clock.pause_snoozed}.get(status, False)


def _end_pause(clock: SlaClock, *, now: datetime) -> None:
    for pause in clock.pauses:
        if pause.ended_at is None:
            pause.ended_at = max(now, pause.started_at)


def resolved(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """The case is closed, as of the click."""
    clock = _running(conversation)
    if clock is not None:
        stop(clock, "resolved", at=now, by_id=by.id)


def reopened(conversation: Conversation, *, seq: int, closed_at: datetime, now: datetime) -> None:
    """The full resolution goes on where the first one ended; the closed time does not count."""
    last = db.session.scalar(
        select(SlaClock)
        .where(
            SlaClock.conversation_id == conversation.id,
            SlaClock.metric == "resolution",
            SlaClock.stop_reason == "resolved",
        )
        .order_by(SlaClock.id.desc())
        .limit(1)
    )
    if last is None:
        return
    shut = max(closed_at, last.started_at)
    pauses = [*_kept(last), (shut, max(now, shut), "closed")]
    start = Start("reopened", last.id, seq, last.started_at)
    facts: dict[str, Any] = {"counted": last.counted_at, "origin": last.origin_at}
    begin(
        conversation,
        "resolution",
        start,
        of_clock(last),
        now=now,
        pauses=pauses,
        round=last.round + 1,
        **facts,
    )


def _kept(*clocks: SlaClock) -> Spans:
    """Return the pauses of these clocks, each once, in their order."""
    found = {(p.started_at, p.ended_at, p.why) for clock in clocks for p in clock.pauses}
    return sorted(found, key=lambda span: span[0])


def raised(conversation: Conversation, start: Start, *, by_id: int | None, now: datetime) -> None:
    """A new tier's promise begins here; the old one is superseded."""
    clock = _running(conversation)
    if clock is None or clock.tier == conversation.tier:
        return
    stop(clock, "superseded", at=now, by_id=by_id)
    pauses: Spans = []
    terms = of_policy(conversation, "resolution")
    if conversation.status in PARKED and _pauses(clock, conversation.status):
        pauses = [(now, None, conversation.status)]
    facts: dict[str, Any] = {"origin": clock.origin_at, "round": clock.round}
    begin(conversation, "resolution", start, terms, now=now, pauses=pauses, **facts)


def lowered(conversation: Conversation, *, seq: int, by: Agent, now: datetime) -> None:
    """The old promise of the lower tier goes on from its own start, with every pause since."""
    clock = _running(conversation)
    if clock is None:
        return
    rows = select(SlaClock).where(
        SlaClock.conversation_id == conversation.id, SlaClock.metric == "resolution"
    )
    ours = list(db.session.scalars(rows.order_by(SlaClock.id)))
    old = next((one for one in reversed(ours) if one.tier == conversation.tier), None)
    terms = of_clock(old) if old else of_policy(conversation, "resolution")
    own = old or clock
    pauses = _kept(*ours)
    stop(clock, "superseded", at=now, by_id=by.id)
    start = Start("tier", None, seq, own.started_at)
    facts: dict[str, Any] = {"counted": own.counted_at, "origin": clock.origin_at}
    facts["round"] = clock.round
    begin(conversation, "resolution", start, terms, now=now, pauses=pauses, **facts)
