"""Looked at once more right before it leaves: the list may have changed since it was written.

What was let through by the present list passes by its stamp alone. All else is looked at, also a
message that came into the outbox by another way than the gate.
"""

from __future__ import annotations

from datetime import datetime

from support.db import db
from support.models import Agent, Conversation, Message, RiskAttempt
from support.risk import attempts, findings, lists
from support.risk.findings import Findings
from support.risk.gate import look
from support.risk.parts import parts_of


def unfit(message: Message) -> Findings | None:
    """Return what holds a message back now; None where it may leave, as it is or as agreed."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    ready = lists.matcher(conversation.project)
    if ready is None or message.risk_stamp == conversation.project.risk_stamp:
        return None
    at, place = message.posted_at, message.posted_seq
    met = look(ready, conversation, parts_of(message), now=at, place=place)
    return None if met is None or _agreed(met, message) else met


def _agreed(met: Findings, message: Message) -> bool:
    number = message.risk_attempt_id
    earlier = db.session.get(RiskAttempt, number) if number else None
    return earlier is not None and not earlier.is_stopped and met.covered_by(earlier)


def caught(message: Message, met: Findings, *, now: datetime) -> RiskAttempt:
    """Write down that a message was held back at the last moment; sending it again asks anew."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    agent = db.session.get(Agent, message.agent_id) if message.agent_id else None
    digest = findings.digest(parts_of(message), ("leaving", message.id))
    attempt = attempts.record(met, conversation, by=agent, digest=digest, now=now, stop="block")
    attempt.message_id = message.id
    return attempt
