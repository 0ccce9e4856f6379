"""Drafts: what is typed and not sent, kept per agent, conversation and mode."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from support.db import db
from support.models import Agent, Conversation, Draft
from support.refusals import TextTooLong

DRAFT_LIMIT = 20_000


def save(conversation: Conversation, text: str, *, mode: str, by: Agent, now: datetime) -> None:
    """Keep what an agent has typed; an empty text forgets it."""
    if len(text) > DRAFT_LIMIT:
        raise TextTooLong(length=len(text), limit=DRAFT_LIMIT)
    draft = find(conversation, mode=mode, by=by)
    if not text.strip():
        forget(draft)
        return
    if draft is None:
        draft = Draft(agent_id=by.id, conversation_id=conversation.id, mode=mode)
        db.session.add(draft)
    draft.text, draft.updated_at = text, now


def find(conversation: Conversation, *, mode: str, by: Agent) -> Draft | None:
    """Return the agent's own draft of this conversation and mode."""
    return db.session.scalar(
        select(Draft).where(
            Draft.agent_id == by.id, Draft.conversation_id == conversation.id, Draft.mode == mode
        )
    )


def forget(draft: Draft | None) -> None:
    """Drop a draft that was sent or emptied."""
    if draft is not None:
        db.session.delete(draft)
