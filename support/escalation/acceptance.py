"""Accepting what was handed over, giving it back, and what happens when nobody accepts it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from support import alerts, events, presence
from support.conversations import (
    accept_pending,
    announce,
    locked,
    pending,
    require_holder,
    waits_for_acceptance,
)
from support.db import db
from support.escalation.upward import alert_waiting
from support.models import Agent, Conversation, EventKind, Group, Handover
from support.people import may_hold
from support.reasons import has_words
from support.refusals import NothingToAccept, NothingToReturn, ReturnReasonMissing
from support.transfer import Move, make

BATCH = 100


def accept(conversation: Conversation, *, by: Agent, now: datetime) -> Handover:
    """Accept what was put on one's desk; his first reply does the same."""
    seq = locked(conversation)
    require_holder(conversation, by)
    handover = accept_pending(conversation, by=by, now=now)
    if handover is None:
        raise NothingToAccept
    facts = {"handover": handover.id}
    events.record_in(conversation, EventKind.HANDOVER_ACCEPTED, by=by, now=now, seq=seq, **facts)
    announce(conversation, "desk")
    return handover


def give_back(conversation: Conversation, *, why: str, by: Agent, now: datetime) -> Handover:
    """Return a conversation to whoever handed it over, with a reason; its tier stays.

    If he cannot hold it any more, it waits in the group that it came from. Refuses anyone but
    the holder, one whom nobody handed it, and a return without a reason.
    """
    seq = locked(conversation)
    require_holder(conversation, by)
    if not has_words(why):
        raise ReturnReasonMissing
    origin = _origin(conversation, by)
    to = origin.from_agent
    if to is not None and not may_hold(to, conversation.project):
        to = None
    move = Move("return", _group_before(conversation, origin), to, note=why)
    handover = make(conversation, move, by=by, now=now, seq=seq)
    if to is not None:
        alerts.tell([to.id], conversation, "returned", by=by, now=now)
    return handover


def _origin(conversation: Conversation, by: Agent) -> Handover:
    """Return the deed that sent it here; what moved by itself since then is stepped over."""
    rows = select(Handover).where(Handover.conversation_id == conversation.id)
    moves = list(db.session.scalars(rows.order_by(Handover.id.desc())))
    if not moves or moves[0].to_agent_id != by.id:
        raise NothingToReturn
    deed = next((move for move in moves if move.kind != "auto"), None)
    if deed is None or deed.from_agent_id == by.id:
        raise NothingToReturn
    if deed.from_agent_id is None and deed.from_group_id is None:
        raise NothingToReturn
    return deed


def _group_before(conversation: Conversation, origin: Handover) -> Group | None:
    group = origin.from_group
    return group if group and not group.removed_at else conversation.group


def late(*, now: datetime) -> list[int]:
    """Return the ids of the conversations that were handed over and not accepted in time."""
    rows = select(Handover.conversation_id).where(waits_for_acceptance(), Handover.due_at <= now)
    return list(db.session.scalars(rows.order_by(Handover.due_at).limit(BATCH)))


def lapse(conversation: Conversation, *, now: datetime) -> bool:
    """Put what was not accepted in time back into its group's queue, and set the receiver away.

    Under the thread's lock it is looked at again: who accepts at the last moment has it.
    """
    seq = locked(conversation)
    handover, receiver = pending(conversation), conversation.assignee
    if handover is None or receiver is None or not _is_late(handover, receiver, now=now):
        return False
    presence.set_away(receiver, by=None, now=now, why="not accepted")
    make(conversation, Move("auto", conversation.group, None), by=None, now=now, seq=seq)
    alerts.tell([receiver.id], conversation, "lapsed", by=None, now=now)
    alert_waiting(conversation, by=None, now=now)
    return True


def _is_late(handover: Handover, receiver: Agent, *, now: datetime) -> bool:
    overdue = handover.due_at is not None and handover.due_at <= now
    return overdue and receiver.id == handover.to_agent_id
