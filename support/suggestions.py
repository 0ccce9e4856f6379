"""Suggestions: what the customer's words point to, until an agent takes or dismisses it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from support import events
from support.conversations import announce, lock, locked
from support.db import db
from support.models import Agent, Conversation, EscalationReason, EventKind, Message, Suggestion
from support.reasons import has_words
from support.refusals import DismissalWhyMissing, SuggestionSettled, TextTooLong
from support.risk import Rule

WHY_LIMIT = 255


def propose(
    conversation: Conversation,
    reason: EscalationReason,
    kind: str,
    *,
    message: Message,
    phrase: str,
    now: datetime,
) -> Suggestion | None:
    """Raise a suggestion; None where the same one stands, or was settled before."""
    if _known(conversation, phrase, Suggestion.reason_id == reason.id):
        return None
    told = {"reason": reason.name, "key": reason.key}
    facts = {"reason_id": reason.id, "kind": kind, "phrase": phrase}
    return _raised(conversation, message, told, facts, now=now)


def warn(
    conversation: Conversation, rule: Rule, *, message: Message, now: datetime
) -> Suggestion | None:
    """Point out what a customer wrote; None where that stands, or was settled before."""
    phrase = rule.text or rule.group
    if _known(conversation, phrase, Suggestion.risk_group_id == rule.group_id):
        return None
    facts = {"risk_group_id": rule.group_id, "kind": "risk", "phrase": phrase}
    told = {"reason": rule.group, "key": ""}
    return _raised(conversation, message, told, facts, now=now)


def _raised(
    conversation: Conversation,
    message: Message,
    told: dict[str, Any],
    facts: dict[str, Any],
    *,
    now: datetime,
) -> Suggestion:
    seq = lock(conversation.customer_id)
    suggestion = Suggestion(
        conversation_id=conversation.id, message_id=message.id, raised_at=now, seq=seq, **facts
    )
    db.session.add(suggestion)
    told |= {"phrase": facts["phrase"], "what": facts["kind"]}
    events.record_in(conversation, EventKind.SUGGESTION_RAISED, by=None, now=now, seq=seq, **told)
    announce(conversation, "desk")
    return suggestion


def _known(conversation: Conversation, phrase: str, same: ColumnElement[bool]) -> bool:
    """Whether the same is proposed already, or was settled for this very phrase."""
    rows = select(Suggestion).where(Suggestion.conversation_id == conversation.id, same)
    return any(one.settled_at is None or one.phrase == phrase for one in db.session.scalars(rows))


def standing(conversation: Conversation) -> list[Suggestion]:
    """Return what is proposed and not settled, the earliest first."""
    rows = select(Suggestion).where(
        Suggestion.conversation_id == conversation.id, Suggestion.settled_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Suggestion.id)))


def answered(conversation: Conversation, *, by: Agent | None, now: datetime) -> None:
    """The conversation is escalated: everything that proposed it has been taken."""
    for suggestion in standing(conversation):
        _settle(suggestion, "taken", by=by, now=now)


def take(suggestion: Suggestion, *, by: Agent, now: datetime) -> None:
    """An agent does what a suggestion proposes; refuse one that is settled already."""
    conversation = db.session.get_one(Conversation, suggestion.conversation_id)
    seq = locked(conversation)
    _settle(suggestion, "taken", by=by, now=now)
    _told(suggestion, EventKind.SUGGESTION_TAKEN, by=by, now=now, seq=seq)


def dismiss(suggestion: Suggestion, *, why: str, by: Agent, now: datetime) -> None:
    """Set a suggestion aside; refuse without a why, and one that is settled already."""
    if not has_words(why):
        raise DismissalWhyMissing
    if len(why.strip()) > WHY_LIMIT:
        raise TextTooLong(length=len(why.strip()), limit=WHY_LIMIT)
    conversation = db.session.get_one(Conversation, suggestion.conversation_id)
    seq = locked(conversation)
    _settle(suggestion, "dismissed", by=by, now=now, why=why.strip())
    _told(suggestion, EventKind.SUGGESTION_DISMISSED, by=by, now=now, seq=seq, why=suggestion.why)


def _told(
    suggestion: Suggestion, kind: EventKind, *, by: Agent, now: datetime, seq: int, **facts: str
) -> None:
    conversation = db.session.get_one(Conversation, suggestion.conversation_id)
    events.record_in(conversation, kind, by=by, now=now, seq=seq, reason=suggestion.name, **facts)
    announce(conversation, "desk")


def _settle(
    suggestion: Suggestion, outcome: str, *, by: Agent | None, now: datetime, why: str = ""
) -> None:
    """Write how it ended, where nothing stands yet: one of two who settle it wins."""
    values = {"settled_at": now, "by_id": by.id if by else None, "outcome": outcome, "why": why}
    won = db.session.execute(
        update(Suggestion)
        .where(Suggestion.id == suggestion.id, Suggestion.settled_at.is_(None))
        .values(values),
        execution_options={"synchronize_session": False},
    )
    db.session.refresh(suggestion)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise SuggestionSettled
