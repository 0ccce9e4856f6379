"""Moves that nobody made are handovers too: from a desk to its queue, or on to the fallback."""

from __future__ import annotations

from datetime import datetime

from support.conversations import end_pending
from support.db import db
from support.models import Agent, Conversation, Group, Handover


def moved_by_itself(
    conversation: Conversation,
    *,
    from_agent: Agent | None,
    to: Group | None,
    now: datetime,
    seq: int,
) -> Handover:
    """Write down an automatic handover; one that waited for acceptance ends with it."""
    end_pending(conversation, now=now)
    handover = Handover(
        conversation_id=conversation.id,
        kind="auto",
        from_agent_id=from_agent.id if from_agent else None,
        from_group_id=conversation.group_id,
        to_group_id=to.id if to else None,
        asked_at=now,
        seq=seq,
    )
    db.session.add(handover)
    db.session.flush()
    return handover
