"""Overdue: who held a conversation when its clock was due, and whether anybody could answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from support import plans
from support.db import db
from support.models import (
    Assignment,
    BotState,
    Conversation,
    Event,
    EventKind,
    Handover,
    SlaClock,
    SlaReminder,
)


def done(clock: SlaClock) -> set[str]:
    """Return the stages that have come, and `due` if that has been seen."""
    stages = set(
        db.session.scalars(select(SlaReminder.stage).where(SlaReminder.clock_id == clock.id))
    )
    return stages | {"due"} if clock.due_seen_at else stages


def mark(clock: SlaClock, *, now: datetime) -> None:
    """Write down who held it when it was due, once; the rows tell, however late one looks."""
    due = clock.due_at
    if clock.due_seen_at is not None or due is None:
        return
    clock.due_seen_at = now
    held = _held(clock, due)
    clock.due_holder_id = held.agent_id if held else None
    clock.due_group_id = held.group_id if held else _group(clock, due)
    clock.outage = clock.outage or _is_cut_off(clock.project_id, due)


def _held(clock: SlaClock, at: datetime) -> Assignment | None:
    rows = select(Assignment).where(
        Assignment.conversation_id == clock.conversation_id,
        Assignment.role == "assignee",
        Assignment.started_at <= at,
        or_(Assignment.ended_at.is_(None), Assignment.ended_at > at),
    )
    return db.session.scalar(rows.order_by(Assignment.id.desc()).limit(1))


def _group(clock: SlaClock, at: datetime) -> int | None:
    """Return in whose queue it was: the next move since then tells from where it came."""
    rows = select(Handover).where(
        Handover.conversation_id == clock.conversation_id, Handover.asked_at > at
    )
    after = db.session.scalar(rows.order_by(Handover.id).limit(1))
    if after is not None:
        return after.from_group_id
    return db.session.get_one(Conversation, clock.conversation_id).group_id


def _is_cut_off(project_id: int, at: datetime) -> bool:
    """Whether nothing could be sent at an instant: the trial was over, or the bot in trouble."""
    ends = plans.trial_ends_at()
    if ends is not None and ends <= at:
        return True
    state = db.session.get(BotState, project_id)
    if state is None or state.changed_at is None:
        return False
    if state.changed_at <= at:
        return state.state == "trouble"
    rows = select(Event.kind).where(
        Event.project_id == project_id,
        Event.kind.in_((EventKind.BOT_ONLINE, EventKind.BOT_TROUBLE)),
        Event.at <= at,
    )
    return db.session.scalar(rows.order_by(Event.at.desc()).limit(1)) == EventKind.BOT_TROUBLE
