"""How a conversation leaves a desk by itself: its holder is silent, or may not hold it any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, select

from support import events
from support.conversations import announce, locked, queue_up, unassign
from support.db import db
from support.models import (
    Agent,
    Assignment,
    Conversation,
    EventKind,
    Group,
    Membership,
    Message,
    PresenceInterval,
    Role,
)
from support.people import may_hold
from support.routing.moves import moved_by_itself
from support.routing.placing import route


def silent(*conditions: ColumnElement[bool], now: datetime) -> list[int]:
    """Return the ids of the unanswered conversations whose holders have been offline too long.

    The group's time runs from when he went offline, or was given the conversation, whichever
    is later; what needs no reply is not taken from him.
    """
    rows = (
        select(Conversation.id, Group.silent_minutes, Assignment.started_at, _here_until())
        .join(Group, Group.id == Conversation.group_id)
        .join(Message, Message.id == Conversation.last_message_id)
        .join(Assignment, Assignment.conversation_id == Conversation.id)
        .where(
            Conversation.status == "open",
            Conversation.assignee_id == Assignment.agent_id,
            Assignment.ended_at.is_(None),
            Assignment.role == "assignee",
            Message.direction == "in",
            Message.seq > Conversation.quiet_seq,
            ~_is_here(),
            *conditions,
        )
        .order_by(Conversation.id)
    )
    return [
        id_
        for id_, minutes, given_at, left_at in db.session.execute(rows)
        if now - max(given_at, left_at or given_at) >= timedelta(minutes=minutes)
    ]


def _is_here() -> ColumnElement[bool]:
    return (
        select(PresenceInterval.id)
        .where(PresenceInterval.agent_id == Assignment.agent_id)
        .where(PresenceInterval.ended_at.is_(None))
        .correlate(Assignment)
        .exists()
    )


def _here_until() -> ScalarSelect[datetime | None]:
    return (
        select(PresenceInterval.ended_at)
        .where(PresenceInterval.agent_id == Assignment.agent_id)
        .order_by(PresenceInterval.ended_at.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )


def lose_silent(conversation: Conversation, *, now: datetime) -> bool:
    """Give a silent holder's conversation to somebody of its group who is online, or its queue."""
    seq = locked(conversation)
    if not silent(Conversation.id == conversation.id, now=now):
        return False
    return _lost(conversation, "silent", now=now, seq=seq)


def left() -> list[int]:
    """Return the ids of the conversations held by somebody who may not hold them any more."""
    place = and_(Membership.agent_id == Agent.id, Membership.project_id == Conversation.project_id)
    rows = (
        select(Conversation.id)
        .join(Agent, Agent.id == Conversation.assignee_id)
        .outerjoin(Membership, place)
        .where(
            ~Conversation.is_resolved,
            or_(
                Agent.disabled_at.is_not(None),
                and_(
                    Agent.role != "owner",
                    or_(Membership.id.is_(None), Membership.role == Role.AUDITOR),
                ),
            ),
        )
    )
    return list(db.session.scalars(rows.order_by(Conversation.id)))


def lose_left(conversation: Conversation, *, now: datetime) -> bool:
    """Give the conversation of somebody who was shut out back to its group."""
    seq = locked(conversation)
    holder = conversation.assignee
    if conversation.is_resolved or holder is None or may_hold(holder, conversation.project):
        return False
    return _lost(conversation, "left", now=now, seq=seq)


def lose_late(conversation: Conversation, *, now: datetime) -> bool:
    """Give a conversation whose promise is broken to somebody else of its group, or its queue."""
    seq = locked(conversation)
    if conversation.assignee_id is None or conversation.status != "open":
        return False
    return _lost(conversation, "late", now=now, seq=seq)


def _lost(conversation: Conversation, why: str, *, now: datetime, seq: int) -> bool:
    holder = conversation.assignee
    assert holder is not None  # noqa: S101 - both callers looked under the thread's lock
    unassign(conversation, now=now, seq=seq)
    moved_by_itself(conversation, from_agent=holder, to=conversation.group, now=now, seq=seq)
    had = None if why == "left" else holder  # who was shut out is no candidate anyway
    kept_from = "released" if why == "late" else "silent"
    queue_up(conversation, conversation.group, by=had, now=now, why=kept_from)
    facts = {"from_name": holder.name, "why": why}
    events.record_in(conversation, EventKind.CONVERSATION_LOST, by=None, now=now, seq=seq, **facts)
    announce(conversation, "desk", queue=True, also=(holder.id,))
    route(conversation, now=now, trigger=why)
    return True
