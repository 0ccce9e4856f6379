"""Status: parked until a time or until the customer writes, answered without words, resolved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from support import alerts, events, sla
from support.conversations import (
    announce,
    close,
    has_room,
    keep_open,
    locked,
    require_holder,
    standing,
    wake,
)
from support.db import db
from support.models import Agent, Conversation, EventKind, Message, Resolution
from support.refusals import NothingToUndo, NothingUnanswered, SnoozeBad

UNDO = timedelta(seconds=5)
LONGEST_SNOOZE = timedelta(days=365)
BATCH = 100


def snooze(conversation: Conversation, *, until: datetime, by: Agent, now: datetime) -> None:
    """Park a conversation until a time; a customer's message wakes it earlier.

    Refuses a time that has passed or is over a year away. It does not count as in hand.
    """
    if not now < until <= now + LONGEST_SNOOZE:
        raise SnoozeBad(days=LONGEST_SNOOZE.days)
    _park(conversation, "snoozed", until=until, by=by, now=now)


def wait(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Park a conversation until the customer writes; it does not count as in hand."""
    _park(conversation, "waiting", until=None, by=by, now=now)


def _park(
    conversation: Conversation, status: str, *, until: datetime | None, by: Agent, now: datetime
) -> None:
    seq = locked(conversation)
    require_holder(conversation, by)
    if (conversation.status, conversation.snoozed_until) == (status, until):
        return
    keep_open(conversation, by=None, now=now, seq=seq)
    conversation.status, conversation.snoozed_until = status, until
    sla.rested(conversation, now=now)
    snoozed = status == "snoozed"
    kind = EventKind.CONVERSATION_SNOOZED if snoozed else EventKind.CONVERSATION_WAITING
    facts = {"until": until.isoformat()} if until else {}
    events.record_in(conversation, kind, by=by, now=now, seq=seq, **facts)
    has_room(conversation, by.id)
    announce(conversation, "desk")


def resume(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Take a parked conversation up again; one that is open stays as it is."""
    seq = locked(conversation)
    require_holder(conversation, by)
    if wake(conversation, by=by, now=now, seq=seq):
        announce(conversation, "desk")


def rested(*, now: datetime) -> list[int]:
    """Return the ids of the conversations whose snooze is over."""
    rows = select(Conversation.id).where(
        Conversation.status == "snoozed", Conversation.snoozed_until <= now
    )
    return list(db.session.scalars(rows.order_by(Conversation.snoozed_until).limit(BATCH)))


def wake_up(conversation: Conversation, *, now: datetime) -> bool:
    """Open a conversation whose snooze is over, and alert its holder."""
    seq = locked(conversation)
    until = conversation.snoozed_until
    if conversation.status != "snoozed" or until is None or until > now:
        return False
    wake(conversation, by=None, now=now, seq=seq)
    if conversation.assignee_id is not None:
        alerts.tell([conversation.assignee_id], conversation, "snooze", by=None, now=now)
    announce(conversation, "desk")
    return True


def no_reply_needed(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Say that what the customer wrote last needs no reply; refuse when nothing waits for one."""
    seq = locked(conversation)
    require_holder(conversation, by)
    if not _unanswered(conversation):
        raise NothingUnanswered
    sla.not_needed(conversation, by=by, now=now)
    conversation.quiet_seq = conversation.read_seq = seq
    conversation.unread_count = 0
    events.record_in(conversation, EventKind.NO_REPLY_NEEDED, by=by, now=now, seq=seq)
    announce(conversation, "desk")


def _unanswered(conversation: Conversation) -> bool:
    """Whether the customer's last message came after the last reply, and is not settled."""
    last = db.session.get(Message, conversation.last_message_id or 0)
    return last is not None and not last.is_out and last.seq > conversation.quiet_seq


def resolve(conversation: Conversation, *, by: Agent, now: datetime) -> Resolution:
    """Ask for the end of a case: it comes in five seconds, with this click as its time.

    Until then `undo` takes it back, as does whatever moves the conversation meanwhile. A
    second click is the first one. Refuses anyone but the holder.
    """
    locked(conversation)
    require_holder(conversation, by)
    click = standing(conversation)
    if click is None:
        click = Resolution(
            conversation_id=conversation.id, by_id=by.id, asked_at=now, due_at=now + UNDO
        )
        db.session.add(click)
        db.session.flush()
        facts = {"resolution": click.id}
        kind = EventKind.RESOLUTION_ASKED
        events.record_in(conversation, kind, by=by, now=now, seq=None, **facts)
        announce(conversation, "desk")
    return click


def undo(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Take back a click on "resolve" within its five seconds; refuse when they are over."""
    seq = locked(conversation)
    click = standing(conversation)
    if click is None or click.due_at <= now:
        raise NothingToUndo
    require_holder(conversation, by)
    keep_open(conversation, by=by, now=now, seq=seq)
    announce(conversation, "desk")


def due(*, now: datetime) -> list[int]:
    """Return the ids of the conversations whose five seconds are over."""
    rows = select(Resolution.conversation_id).where(
        Resolution.done_at.is_(None), Resolution.undone_at.is_(None), Resolution.due_at <= now
    )
    return list(db.session.scalars(rows.order_by(Resolution.due_at).limit(BATCH)))


def take_effect(conversation: Conversation, *, now: datetime) -> bool:
    """Close a case whose five seconds are over, as of the click.

    Under the thread's lock it is looked at again: who was faster leaves nothing to close.
    """
    seq = locked(conversation)
    click = standing(conversation)
    if click is None or click.due_at > now:
        return False
    close(conversation, by=click.by, now=click.asked_at, seq=seq)
    return True
