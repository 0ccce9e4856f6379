"""Erasing what was said in events: the words go, their digests stay, and the chain holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update

from support import events
from support.audit.chain import erased
from support.db import db
from support.models import Agent, Event, EventKind


def erase(event_ids: Iterable[int], *, by: Agent | None, now: datetime, why: str) -> int:
    """Take the texts out of these events for good, and record that; return how many had any.

    What was erased before stays so. The record names the events: `verify` asks for it.
    """
    rows = select(Event).where(Event.id.in_(set(event_ids)), Event.salt.is_not(None))
    found = list(db.session.scalars(rows.order_by(Event.id)))
    for event in found:
        words = erased(event.data, event.salt or "")
        change = update(Event).where(Event.id == event.id).values(data=words, salt=None)
        db.session.execute(change)
    if found:
        ids = [event.id for event in found]
        events.record(EventKind.AUDIT_ERASED, by=by, now=now, events=ids, why=why)
    return len(found)
