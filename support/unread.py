"""What the desk that holds a conversation has not seen yet."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from support import live
from support.db import db, run
from support.models import Agent, Conversation, Message

TABLE = Message.metadata.tables["message"]
OF_THIS = TABLE.c.conversation_id == bindparam("conversation")
ANSWERED = func.coalesce(
    select(func.max(TABLE.c.seq)).where(OF_THIS, TABLE.c.direction == "out").scalar_subquery(), 0
)
SINCE_ANSWER = (
    select(func.count())
    .where(OF_THIS, TABLE.c.direction == "in", TABLE.c.seq > ANSWERED)
    .scalar_subquery()
)
BOTH = select(ANSWERED, SINCE_ANSWER)


def mark_read(conversation: Conversation, *, by: Agent, upto: int) -> bool:
    """Note that the holder has seen the thread up to number `upto`; others change nothing."""
    _lock(conversation)
    if conversation.assignee_id != by.id or upto <= conversation.read_seq:
        return False
    conversation.read_seq = upto
    conversation.unread_count = count(conversation)
    live.poke("desk", agents=(by.id,))
    return True


def _lock(conversation: Conversation) -> None:
    """Read it as it is now and until the commit: a message may arrive just here."""
    mine = select(Conversation.id).where(Conversation.id == conversation.id)
    db.session.execute(mine.with_for_update())
    db.session.refresh(conversation, ["assignee_id", "read_seq", "unread_count"])


def count(conversation: Conversation) -> int:
    """Count the customer's messages after `read_seq`."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Message.conversation_id == conversation.id,
                Message.direction == "in",
                Message.seq > conversation.read_seq,
            )
        )
        or 0
    )


def since_answer(conversation: Conversation) -> None:
    """For a new holder, everything after the last reply is new."""
    db.session.flush()
    found = run(BOTH, {"conversation": conversation.id}).one()
    if (conversation.read_seq, conversation.unread_count) != (found[0], found[1]):
        conversation.read_seq, conversation.unread_count = found[0], found[1]
