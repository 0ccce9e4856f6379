"""Record what was done, in the transaction in which it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from support.db import db
from support.models import Agent, Conversation, Event, EventKind


def record(
    kind: EventKind, *, by: Agent | None, now: datetime, project_id: int | None = None, **data: Any
) -> Event:
    """Write one deed outside any thread; `by` is None when the desk itself did it."""
    event = Event(kind=kind, at=now, by=by, project_id=project_id, data=data)
    db.session.add(event)
    return event


def record_in(
    conversation: Conversation,
    kind: EventKind,
    *,
    by: Agent | None,
    now: datetime,
    seq: int,
    **data: Any,
) -> Event:
    """Write one deed on a conversation's timeline at place `seq` of its thread."""
    event = record(kind, by=by, now=now, project_id=conversation.project_id, **data)
    event.conversation_id = conversation.id
    event.customer_id = conversation.customer_id
    event.seq = seq
    return event
