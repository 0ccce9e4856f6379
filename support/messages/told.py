"""What the audit log is told of messages: that they left, by digests of their words."""

from __future__ import annotations

from datetime import datetime

from support import events
from support.models import Agent, Conversation, EventKind, Message


def sent(conversation: Conversation, messages: list[Message], *, by: Agent, now: datetime) -> None:
    """Record what was put into the outbox; beside the thread, where the messages stand."""
    for message in messages:
        facts = {"message": message.id, "what": message.kind, "text": events.digest(message.text)}
        if message.attachment is not None:
            facts["file"] = events.digest(message.attachment.file_name)
        events.record_in(conversation, EventKind.MESSAGE_SENT, by=by, now=now, seq=None, **facts)


def again(
    conversation: Conversation, kind: EventKind, message: Message, *, by: Agent, now: datetime
) -> None:
    """Record what became of a message that had failed."""
    facts = {"message": message.id, "text": events.digest(message.text)}
    events.record_in(conversation, kind, by=by, now=now, seq=None, **facts)
