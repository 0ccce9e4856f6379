"""What Telegram says of a message in the outbox."""

from __future__ import annotations

from datetime import datetime

from support import sla
from support.conversations import announce, lock
from support.db import db
from support.messages.rows import conversation_of, touch
from support.models import Message


def accepted(message: Message, *, telegram_id: int | None, at: datetime, now: datetime) -> None:
    """Telegram has the message, under a number if it told one; hearing it twice changes nothing."""
    seq = lock(message.customer_id)
    db.session.refresh(message)
    if message.sent_at is not None:
        return
    message.telegram_id, message.telegram_at = telegram_id, at
    message.sent_at, message.failed_at, message.failure = now, None, ""
    message.not_before, message.rev = None, seq
    conversation = conversation_of(message)
    sla.replied(conversation, message)
    announce(conversation)


def failed(message: Message, reason: str, *, now: datetime) -> None:
    """Telegram will not take the message; `reason` is the sentence the agent reads."""
    message.failed_at, message.failure = now, reason[:255]
    touch(message)
    conversation = conversation_of(message)
    sla.refused(conversation)
    announce(conversation)


def held(message: Message, *, until: datetime) -> None:
    """Telegram asked to wait; the bubble counts down to `until`."""
    message.not_before = until
    touch(message)
    announce(conversation_of(message))
