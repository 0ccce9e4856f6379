"""What follows from a customer's words, in the transaction that stores them.

Every door through which customers write calls these two, and so none forgets the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from support import escalation, messages, reasons, risk, suggestions
from support.db import db
from support.messages import Incoming
from support.models import Conversation, EscalationReason, Message, Project

QUOTED = 160
KINDS = {"suggest": "escalate", "auto": "escalate", "urgent": "urgent"}


def receive(project: Project, incoming: Incoming, *, now: datetime) -> Message | None:
    """Store a customer's message once, and propose or do what its words call for."""
    message = messages.receive(project, incoming, now=now)
    if message is not None:
        react(project, message, now=now)
    return message


def edited(
    project: Project,
    message: Message,
    text: str,
    entities: list[Any],
    *,
    at: datetime,
    now: datetime,
) -> None:
    """The customer changed his words: the new ones count as if he had written them."""
    messages.edited(message, text, entities, at=at, now=now)
    conversation = _conversation(message)
    if not message.is_out and not conversation.is_resolved:
        react(project, message, now=now)


def react(project: Project, message: Message, *, now: datetime) -> None:
    """Propose, mark urgent or escalate, as the project's reasons say of these words.

    The groups of risk words that watch for what customers write point it out.
    """
    for match in reasons.matches(project, message.text):
        reason = db.session.get_one(EscalationReason, match.reason_id)
        _met(reason, message, match.phrase, now=now)
    _asked_again(project, message, now=now)
    if project.risk_stamp:
        _warned_of(project, message, now=now)


def _met(reason: EscalationReason, message: Message, phrase: str, *, now: datetime) -> None:
    conversation = _conversation(message)
    proposed = suggestions.propose(
        conversation, reason, KINDS[reason.mode], message=message, phrase=phrase, now=now
    )
    if proposed is None:
        return
    if reason.mode == "urgent":
        words = message.text[:QUOTED]
        escalation.raise_tier(conversation, "urgent", by=None, now=now, phrase=words)
    if reason.mode == "auto":
        escalation.automatic(conversation, reason, trigger=message, phrase=phrase, now=now)


def _asked_again(project: Project, message: Message, *, now: datetime) -> None:
    """Three near-identical requests in a day point to a reason of their own."""
    if not reasons.is_repeated(message):
        return
    reason = next((one for one in reasons.listed(project) if one.key == reasons.REPEAT), None)
    if reason is not None:
        conversation = _conversation(message)
        suggestions.propose(conversation, reason, "repeat", message=message, phrase="", now=now)


def _warned_of(project: Project, message: Message, *, now: datetime) -> None:
    conversation = _conversation(message)
    is_escalated = conversation.tier != "standard"
    for rule in risk.flagged(project, message.text, is_escalated=is_escalated):
        suggestions.warn(conversation, rule, message=message, now=now)


def _conversation(message: Message) -> Conversation:
    return db.session.get_one(Conversation, message.conversation_id)
