"""How far the story has been told, as the rows say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from support.db import db
from support.demo.founding import anchor, is_empty, is_ours
from support.demo.plan import finished
from support.models import Event, Message, Note


def progress(before: datetime) -> datetime | None:
    """Return the instant of the last act that was done; each leaves a row in a thread.

    What leaves none (a shift begins) may be done again, which changes nothing.
    """
    # What is done in no thread may be older than the founding: a login that was too early.
    facts = ((Message.created_at, Message.seq), (Note.created_at, Note.seq), (Event.at, Event.seq))
    lasts = [
        db.session.scalar(select(func.max(at)).where(at < before, seq.is_not(None)))
        for at, seq in facts
    ]
    return max((last for last in lasts if last is not None), default=None)


def is_told() -> bool:
    """Whether nothing of the story is left to tell; a desk of others has none."""
    if is_empty():
        return False
    if not is_ours():
        return True
    founded = anchor()
    return finished(progress(founded), founded)
