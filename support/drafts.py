"""Drafts: what is typed and not sent, kept per agent, conversation and mode."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from support.db import db
from support.models import Agent, Conversation, Draft
from support.refusals import TextTooLong

DRAFT_LIMIT = 20_000
DRAFT = Draft.metadata.tables["draft"]
# Of the table, not of the class: it runs with every reply, and mostly finds nothing.
FORGOTTEN = delete(DRAFT).where(
    DRAFT.c.agent_id == bindparam("agent"),
    DRAFT.c.conversation_id == bindparam("conversation"),
    DRAFT.c.mode == bindparam("mode"),
)


def save(conversation: Conversation, text: str, *, mode: str, by: Agent, now: datetime) -> None:
    """Keep what an agent has typed; an empty text forgets it."""
    if len(text) > DRAFT_LIMIT:
        raise TextTooLong(length=len(text), limit=DRAFT_LIMIT)
    if not text.strip():
        forget(conversation, mode=mode, by=by)
        return
    draft = find(conversation, mode=mode, by=by)
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


def forget(conversation: Conversation, *, mode: str, by: Agent) -> None:
    """Drop a draft that was sent or emptied; there may be none."""
    values = {"agent": by.id, "conversation": conversation.id, "mode": mode}
    db.session.execute(FORGOTTEN, values)
