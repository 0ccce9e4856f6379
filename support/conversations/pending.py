"""What stands on a conversation until somebody acts: a handover to accept, a click to close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, select

from support import events, sla
from support.db import db, run
from support.models import Agent, Conversation, EventKind, Handover, Resolution

# For a conversation of a project without groups.
ACCEPT_MINUTES = 5
CASE = bindparam("conversation")
HANDOVER = Handover.metadata.tables["handover"]
CLICK = Resolution.metadata.tables["resolution"]
UNACCEPTED = and_(HANDOVER.c.accepted_at.is_(None), HANDOVER.c.ended_at.is_(None))
# Of the tables, not of the classes: every message asks both, and mostly nothing stands.
PENDING = (
    select(HANDOVER.c.id)
    .where(HANDOVER.c.conversation_id == CASE, UNACCEPTED)
    .order_by(HANDOVER.c.id.desc())
    .limit(1)
)
STANDING = select(CLICK.c.id).where(
    CLICK.c.conversation_id == CASE, CLICK.c.done_at.is_(None), CLICK.c.undone_at.is_(None)
)
BOTH = select(
    PENDING.scalar_subquery().label("handed"), STANDING.scalar_subquery().label("clicked")
)


def waits_for_acceptance() -> ColumnElement[bool]:
    """Filter: the handovers that nobody has accepted and that were not overtaken."""
    return UNACCEPTED


def pending(conversation: Conversation) -> Handover | None:
    """Return the handover of this conversation that waits to be accepted."""
    found = _found(PENDING, conversation)
    return db.session.get_one(Handover, found) if found else None


def _found(statement: Select[int], conversation: Conversation) -> int | None:
    db.session.flush()
    return run(statement, {"conversation": conversation.id}).scalar()


def what_stands(conversation: Conversation) -> Row[Any]:
    """Ask at once for a handover to accept (`handed`) and a click to undo (`clicked`)."""
    db.session.flush()
    return run(BOTH, {"conversation": conversation.id}).one()


def land(conversation: Conversation, agent: Agent, *, now: datetime) -> None:
    """A handover has come to somebody's desk: from now on he has time to accept it."""
    handover = pending(conversation)
    if handover is not None:
        group = conversation.group
        minutes = group.accept_minutes if group else ACCEPT_MINUTES
        handover.to_agent_id = agent.id
        handover.due_at = now + timedelta(minutes=minutes)
        sla.landed(conversation, handover, now=now)


def accept_pending(conversation: Conversation, *, by: Agent, now: datetime) -> Handover | None:
    """The receiver has acted on a handover, which accepts it; None when none waits for him."""
    handover = pending(conversation)
    if handover is None or handover.to_agent_id != by.id:
        return None
    handover.accepted_at = now
    sla.accepted(conversation, by_id=by.id, now=now)
    return handover


def end_pending(conversation: Conversation, *, now: datetime) -> None:
    """The conversation moves on: what was not accepted by now never will be."""
    handover = pending(conversation)
    if handover is not None:
        handover.ended_at = now
        sla.moved_on(conversation, now=now)


def standing(conversation: Conversation) -> Resolution | None:
    """Return the click on "resolve" that can still be undone."""
    found = _found(STANDING, conversation)
    return db.session.get_one(Resolution, found) if found else None


def keep_open(conversation: Conversation, *, by: Agent | None, now: datetime, seq: int) -> bool:
    """Undo a click on "resolve" that has not taken effect; False when there is none."""
    click = standing(conversation)
    if click is None:
        return False
    click.undone_at, click.undone_by_id = now, by.id if by else None
    events.record_in(conversation, EventKind.RESOLUTION_UNDONE, by=by, now=now, seq=seq)
    db.session.flush()
    return True


def wake(conversation: Conversation, *, by: Agent | None, now: datetime, seq: int) -> bool:
    """A parked conversation is open again; False when it was not parked."""
    if conversation.status not in ("waiting", "snoozed"):
        return False
    facts = {"from": conversation.status}
    conversation.status, conversation.snoozed_until = "open", None
    sla.rested(conversation, now=now)
    events.record_in(conversation, EventKind.CONVERSATION_WOKEN, by=by, now=now, seq=seq, **facts)
    return True
