"""What the gate let through is marked: by which list, and by whose consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from support import events
from support.models import Agent, Conversation, EventKind, Message, RiskAttempt


def confirmed(
    conversation: Conversation,
    allowed: RiskAttempt | None,
    written: Sequence[Message],
    *,
    by: Agent,
    now: datetime,
    seq: int,
) -> None:
    """Mark these messages as let through; colleagues see that it was after a warning."""
    for message in written:
        message.risk_stamp = conversation.project.risk_stamp
        if allowed is not None:
            message.risk_attempt_id = allowed.id
    if allowed is not None and allowed.used_at == now:
        facts = {"attempt": allowed.id, "words": allowed.words, "why": allowed.reason}
        events.record_in(conversation, EventKind.RISK_CONFIRMED, by=by, now=now, seq=seq, **facts)
