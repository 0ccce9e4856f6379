"""What the desk that holds a conversation has not seen yet."""

from __future__ import annotations

from sqlalchemy import func, select

from support import live
from support.db import db
from support.models import Agent, Conversation, Message


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
    answered = select(func.max(Message.seq)).where(
        Message.conversation_id == conversation.id, Message.direction == "out"
    )
    conversation.read_seq = db.session.scalar(answered) or 0
    conversation.unread_count = count(conversation)
