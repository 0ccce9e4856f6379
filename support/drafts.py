"""Drafts: what is typed and not sent, kept per agent, conversation and mode."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select

from support import utf16
from support.db import db, run
from support.models import Agent, Conversation, Draft
from support.refusals import TextTooLong

DRAFT_LIMIT = 20_000
DRAFT = Draft.metadata.tables["draft"]
# Of the table, not of the class: they run with every reply, and mostly find nothing.
FORGOTTEN = delete(DRAFT).where(
    DRAFT.c.agent_id == bindparam("agent"),
    DRAFT.c.conversation_id == bindparam("conversation"),
    DRAFT.c.mode == bindparam("mode"),
)
SETTLED = FORGOTTEN.where(
    or_(DRAFT.c.text == bindparam("sent"), DRAFT.c.text == bindparam("drafted"))
)


def save(conversation: Conversation, text: str, *, mode: str, by: Agent, now: datetime) -> None:
    """Keep what an agent has typed; an empty text forgets it."""
    if len(text) > DRAFT_LIMIT:
        raise TextTooLong(length=len(text), limit=DRAFT_LIMIT)
    if not text.strip():
        forget(conversation, mode=mode, by=by)
        return
    # Two first drafts at once would be two rows.
    db.session.execute(select(Agent.id).where(Agent.id == by.id).with_for_update())
    draft = find(conversation, mode=mode, by=by)
    if draft is None:
        draft = Draft(agent_id=by.id, conversation_id=conversation.id, mode=mode)
        db.session.add(draft)
    draft.text, draft.updated_at = plain(text), now


def find(conversation: Conversation, *, mode: str, by: Agent) -> Draft | None:
    """Return the agent's own draft of this conversation and mode."""
    return db.session.scalar(
        select(Draft).where(
            Draft.agent_id == by.id, Draft.conversation_id == conversation.id, Draft.mode == mode
        )
    )


def forget(conversation: Conversation, *, mode: str, by: Agent) -> None:
    """Drop a draft that was emptied; there may be none."""
    db.session.flush()
    run(FORGOTTEN, _whose(conversation, mode, by))


def settle(
    conversation: Conversation, sent: str, drafted: str | None, *, mode: str, by: Agent
) -> None:
    """Drop the draft of what was sent, and keep what was typed since.

    `drafted` is the wording last saved before sending; a page that saves no drafts tells
    none, and then the draft goes whatever it says.
    """
    whose = _whose(conversation, mode, by)
    if drafted is None:
        run(FORGOTTEN, whose)
    else:
        run(SETTLED, whose | {"sent": plain(sent), "drafted": plain(drafted)})


def stopped(
    conversation: Conversation,
    text: str,
    drafted: str | None,
    *,
    mode: str,
    by: Agent,
    now: datetime,
) -> None:
    """Keep as a draft what was not sent after all, unless something else was typed since."""
    draft = find(conversation, mode=mode, by=by)
    earlier = {plain(text), plain(text if drafted is None else drafted)}
    if text.strip() and (draft is None or drafted is None or draft.text in earlier):
        save(conversation, text, mode=mode, by=by, now=now)


def plain(text: str) -> str:
    """Write line ends in one way, browsers send two, and nothing that no database keeps."""
    return utf16.kept(text.replace("\r\n", "\n"))


def _whose(conversation: Conversation, mode: str, by: Agent) -> dict[str, object]:
    return {"agent": by.id, "conversation": conversation.id, "mode": mode}
