"""Record what was done, in the transaction in which it is done; `support.audit` seals it."""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from support.db import db, run
from support.models import Agent, Conversation, Event, EventKind
from support.models.events import fresh_salt

DEED = insert(Event.metadata.tables["event"])

# The address of who asks, told by the web's door; empty for the desk itself.
asking: ContextVar[str] = ContextVar("asking", default="")


def record(
    kind: EventKind, *, by: Agent | None, now: datetime, project_id: int | None = None, **data: Any
) -> Event:
    """Write one deed outside any thread; `by` is None when the desk itself did it."""
    event = Event(kind=kind, at=now, by=by, project_id=project_id, address=asking.get(), data=data)
    db.session.add(event)
    return event


def record_in(
    conversation: Conversation,
    kind: EventKind,
    *,
    by: Agent | None,
    now: datetime,
    seq: int | None,
    **data: Any,
) -> None:
    """Write one deed on a conversation's timeline at place `seq` of its thread.

    Without a place it is told in the audit log alone. At once and without an object: this runs
    for all that happens in a thread.
    """
    deed = {
        "kind": kind,
        "at": now,
        "by_id": by.id if by else None,
        "project_id": conversation.project_id,
        "conversation_id": conversation.id,
        "customer_id": conversation.customer_id,
        "seq": seq,
        "address": asking.get(),
        "salt": fresh_salt(),
        "data": data,
    }
    run(DEED, deed)


def digest(text: str) -> str:
    """Return what an event keeps of words that are not its own to keep."""
    return hashlib.sha256(text.encode()).hexdigest()
