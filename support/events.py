"""Record what was done, in the transaction in which it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from support.db import db, run
from support.models import Agent, Conversation, Event, EventKind

DEED = insert(Event.metadata.tables["event"])


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
) -> None:
    """Write one deed on a conversation's timeline at place `seq` of its thread.

    At once and without an object: this runs for all that happens in a thread.
    """
    deed = {
        "kind": kind,
        "at": now,
        "by_id": by.id if by else None,
        "project_id": conversation.project_id,
        "conversation_id": conversation.id,
        "customer_id": conversation.customer_id,
        "seq": seq,
        "data": data,
    }
    run(DEED, deed)
