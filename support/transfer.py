"""Transfer: one conversation moves from a desk to another, and the old desk goes dark."""

from __future__ import annotations

from datetime import datetime

from support import events, notes, unread
from support.conversations import (
    announce,
    assign,
    locked,
    require_holder,
    unassign,
)
from support.db import db
from support.models import Agent, Conversation, EventKind, Handover, Note
from support.people import may_hold
from support.refusals import (
    AlreadyResolved,
    AlreadyTaken,
    HandoverNoteMissing,
    TransferTargetUnfit,
    TransferToSelf,
)


def transfer(
    conversation: Conversation, *, to: Agent, by: Agent, note: str, now: datetime
) -> Handover:
    """Hand a conversation to a colleague: from this instant the previous agent sees no more.

    The handover note and the event stand at the last number that the previous agent may
    see. Refuses a transfer by anyone but the assignee, to oneself, to somebody who cannot
    hold it, of a resolved conversation, and without the note where the project asks for it.
    """
    seq = locked(conversation)
    require_holder(conversation, by)
    if to.id == by.id:
        raise TransferToSelf
    return _move(conversation, "transfer", to=to, by=by, note=note, now=now, seq=seq)


def takeover(
    conversation: Conversation, *, by: Agent, expected: int | None, now: datetime
) -> Handover:
    """Take a conversation from whoever holds it, as a supervisor.

    `expected` is the holder whom the page showed; refuses when it is somebody else by now.
    """
    seq = locked(conversation)
    if conversation.is_resolved:
        raise AlreadyResolved
    if conversation.assignee_id == by.id:
        raise TransferToSelf
    if conversation.assignee_id != expected:
        holder = conversation.assignee
        raise AlreadyTaken(holder=holder.name if holder else "")
    return _move(conversation, "takeover", to=by, by=by, note="", now=now, seq=seq)


def _move(  # noqa: PLR0913 - the facts of a move
    conversation: Conversation,
    kind: str,
    *,
    to: Agent,
    by: Agent,
    note: str,
    now: datetime,
    seq: int,
) -> Handover:
    if not may_hold(to, conversation.project):
        raise TransferTargetUnfit(name=to.name)
    left = conversation.assignee
    handover = Handover(
        conversation_id=conversation.id,
        kind=kind,
        by=by,
        from_agent=left,
        to_agent=to,
        note=_noted(conversation, kind, note, by=by, now=now, seq=seq),
        asked_at=now,
        seq=seq,
    )
    db.session.add(handover)
    unassign(conversation, now=now, seq=seq)
    assign(conversation, to, now=now)
    unread.since_answer(conversation)
    db.session.flush()
    _told(conversation, handover, by=by, left=left)
    return handover


def _told(conversation: Conversation, handover: Handover, *, by: Agent, left: Agent | None) -> None:
    """Put the move on the timeline and tell both desks, the one that goes dark too."""
    events.record_in(
        conversation,
        EventKind.CONVERSATION_TRANSFERRED,
        by=by,
        now=handover.asked_at,
        seq=handover.seq,
        handover=handover.id,
        move=handover.kind,
        from_name=left.name if left else "",
        to_name=handover.to_agent.name if handover.to_agent else "",
    )
    announce(conversation, "desk", also=(left.id,) if left else ())


def _noted(
    conversation: Conversation, kind: str, note: str, *, by: Agent, now: datetime, seq: int
) -> Note | None:
    if note.strip():
        return notes.add(conversation, note, by=by, now=now, seq=seq)
    if kind == "transfer" and conversation.project.transfer_note == "mandatory":
        raise HandoverNoteMissing
    return None
