"""Clocks: begun, stopped, and what follows from them for their conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from support import hours
from support.db import db, run
from support.models import Conversation, SlaClock, SlaPause
from support.sla import overdue
from support.sla.terms import Terms, hours_of, of_clock

TABLE = SlaClock.metadata.tables["sla_clock"]
RESPONSES = ("first_response", "next_response")
BEGIN = insert(TABLE).returning(TABLE.c.id)
# Of those that nothing has ended yet: one that waits for a reply's fate presses nobody.
EARLIEST = select(func.min(TABLE.c.due_at)).where(
    TABLE.c.conversation_id == bindparam("conversation"),
    TABLE.c.stopped_at.is_(None),
    TABLE.c.ends_at.is_(None),
)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Start:
    """What began a wait: its kind (`message`, `handover`, `tier`), id, place and instant."""

    kind: str
    id: int | None
    seq: int
    at: datetime


def begin(  # noqa: PLR0913 - a clock has these parts
    conversation: Conversation,
    metric: str,
    start: Start,
    terms: Terms,
    *,
    now: datetime,
    counted: datetime | None = None,
    origin: datetime | None = None,
    pauses: list[tuple[datetime, datetime | None, str]] | None = None,
    **others: Any,
) -> int:
    """Let a clock run and return its id; one that was due before we knew is nobody's breach."""
    counted = counted or start.at
    spans = [(begins, ends) for begins, ends, _why in pauses or ()]
    due = terms.due(counted, spans)
    row = {
        **_facts(conversation, metric, start),
        "origin_at": origin or start.at,
        "counted_at": counted,
        "due_at": due,
        "look_at": terms.look(counted, due, spans),
        "outage": due is not None and start.kind == "message" and due <= now,
        **terms.row(),
        **others,
    }
    clock_id: int = run(BEGIN, row).scalar_one()
    for begins, ends, why in pauses or ():
        db.session.add(SlaPause(clock_id=clock_id, started_at=begins, ended_at=ends, why=why))
    _press(conversation, due)
    return clock_id


def _facts(conversation: Conversation, metric: str, start: Start) -> dict[str, Any]:
    """Return whose clock it is and what began it."""
    return {
        "project_id": conversation.project_id,
        "customer_id": conversation.customer_id,
        "conversation_id": conversation.id,
        "metric": metric,
        "tier": conversation.tier,
        "group_id": conversation.group_id,
        "holder_id": conversation.assignee_id,
        "started_at": start.at,
        "started_kind": start.kind,
        "started_id": start.id,
        "started_seq": start.seq,
    }


def _press(conversation: Conversation, due: datetime | None) -> None:
    if due is not None and (conversation.due_at is None or due < conversation.due_at):
        conversation.due_at = due


def running(conversation: Conversation, *metrics: str) -> list[SlaClock]:
    """Return the clocks of these metrics that run, also those that wait for a reply's fate."""
    db.session.flush()
    rows = select(SlaClock).where(
        SlaClock.conversation_id == conversation.id,
        SlaClock.stopped_at.is_(None),
        SlaClock.metric.in_(metrics),
    )
    return list(db.session.scalars(rows.order_by(SlaClock.id)))


def stop(clock: SlaClock, why: str, *, at: datetime, by_id: int | None) -> None:
    """Stop a clock for good; an instant before its start is its start."""
    at = max(at, clock.started_at)
    for pause in clock.pauses:
        if pause.ended_at is None:
            pause.ended_at = max(at, pause.started_at)
    recount(clock)
    if clock.due_at is not None and clock.due_at <= at:
        overdue.mark([clock], now=at)
    clock.elapsed_calendar_s = elapsed(clock, at) // SECOND
    clock.elapsed_business_s = elapsed(clock, at, business=True) // SECOND
    clock.stopped_at, clock.stop_reason, clock.stopped_by_id = at, why, by_id
    db.session.flush()


def recount(clock: SlaClock) -> None:
    """Tell anew when a clock with pauses is due."""
    if clock.metric == "resolution" and clock.pauses:
        terms, spans = of_clock(clock), spans_of(clock.pauses)
        clock.due_at = terms.due(clock.counted_at, spans)
        clock.look_at = terms.look(
            clock.counted_at, clock.due_at, spans, overdue.done([clock])[clock.id]
        )


def spans_of(pauses: Iterable[SlaPause]) -> list[tuple[datetime, datetime | None]]:
    """Return pauses as instants, in their order."""
    spans = ((pause.started_at, pause.ended_at) for pause in pauses)
    return sorted(spans, key=lambda span: (span[0], span[1] is None, span[1]))


def elapsed(clock: SlaClock, at: datetime, *, business: bool = False) -> timedelta:
    """Return how long a clock has run until an instant, without its pauses."""
    open_hours = hours_of(clock) if business else None
    taken = hours.open_time(open_hours, clock.started_at, at)
    for begins, ends in spans_of(clock.pauses):
        until = min(ends or at, at)
        taken -= hours.open_time(open_hours, max(begins, clock.started_at), until)
    return max(taken, timedelta())


def settle(conversation: Conversation) -> None:
    """Keep with the conversation which of its clocks is due first."""
    db.session.flush()
    due = run(EARLIEST, {"conversation": conversation.id}).scalar_one()
    if conversation.due_at != due:
        conversation.due_at = due
