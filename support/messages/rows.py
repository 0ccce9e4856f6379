"""What every message verb needs of a message's row."""

from __future__ import annotations

from support.conversations import lock
from support.db import db
from support.models import Conversation, Message


def touch(message: Message) -> None:
    """Give a changed message the thread's next number, so that open pages fetch it again."""
    message.rev = lock(message.customer_id)


def conversation_of(message: Message) -> Conversation:
    """Return the conversation that a message belongs to."""
    return db.session.get_one(Conversation, message.conversation_id)


def is_last(conversation: Conversation, message: Message) -> None:
    """Make a message the one that the inbox shows."""
    conversation.last_message_id = message.id
    conversation.last_message_at = message.created_at
