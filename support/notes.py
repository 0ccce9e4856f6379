"""Private notes: said among colleagues, out of the sender's reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from support import drafts
from support.conversations import announce, locked
from support.db import db
from support.models import Agent, Conversation, Note
from support.refusals import NoteEmpty, TextTooLong

NOTE_LIMIT = 10_000


def write(
    conversation: Conversation,
    text: str,
    *,
    by: Agent,
    now: datetime,
    client_key: str | None,
    drafted: str | None = None,
) -> Note:
    """Write a note on a conversation; the same `client_key` again returns the same note."""
    seq = locked(conversation)
    made = _made_before(by, client_key)
    if made is not None:
        return made
    note = add(conversation, text, by=by, now=now, seq=seq)
    note.client_key = client_key
    drafts.settle(conversation, text, drafted, mode="note", by=by)
    db.session.flush()
    announce(conversation)
    return note


def add(conversation: Conversation, text: str, *, by: Agent, now: datetime, seq: int) -> Note:
    """Put a note at place `seq` of a thread that is locked; refuse one without words."""
    text = text.strip()
    if not text:
        raise NoteEmpty
    if len(text) > NOTE_LIMIT:
        raise TextTooLong(length=len(text), limit=NOTE_LIMIT)
    note = Note(
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        agent_id=by.id,
        text=text,
        created_at=now,
        seq=seq,
    )
    db.session.add(note)
    db.session.flush()
    return note


def _made_before(by: Agent, client_key: str | None) -> Note | None:
    if client_key is None:
        return None
    return db.session.scalar(
        select(Note).where(Note.agent_id == by.id, Note.client_key == client_key)
    )
