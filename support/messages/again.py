"""What failed: sent once more, or thrown away."""

from __future__ import annotations

from datetime import datetime

from support import plans, queue, risk
from support.conversations import announce, locked, require_holder
from support.messages import told
from support.messages.care import confirmed
from support.messages.rows import conversation_of, touch
from support.models import Agent, Conversation, EventKind, Message, RiskAttempt
from support.refusals import NotRetryable


def retry(
    message: Message, *, by: Agent, now: datetime, token: str = "", reason: str = ""
) -> RiskAttempt | None:
    """Send a failed message once more, with the same `random_id`.

    Where it says what needs care, and nobody has agreed to that before, the attempt is returned
    and the message stays failed, until it is tried again with the attempt's `token`.
    """
    conversation = conversation_of(message)
    seq = locked(conversation)
    require_holder(conversation, by)
    plans.require_sending(now=now)
    if message.failed_at is None:
        raise NotRetryable
    allowed = risk.check(
        conversation,
        risk.parts_of(message),
        by=by,
        now=now,
        token=token,
        reason=reason,
        bound=_bound(message),
        agreed=message.risk_attempt_id,
    )
    if allowed is not None and allowed.is_stopped:
        return allowed
    confirmed(conversation, allowed, [message], by=by, now=now, seq=seq)
    _reset(message, conversation, now=now)
    told.again(conversation, EventKind.MESSAGE_RETRIED, message, by=by, now=now)
    return None


def tries_again(attempt: RiskAttempt, message: Message) -> bool:
    """Whether this attempt was to send this very message once more."""
    return attempt.digest == risk.digest(risk.parts_of(message), _bound(message))


def _bound(message: Message) -> tuple[object, ...]:
    return ("retry", message.id)


def _reset(message: Message, conversation: Conversation, *, now: datetime) -> None:
    """Let it wait in the outbox again."""
    message.failed_at, message.failure = None, ""
    message.not_before = message.retried_at = now
    touch(message)
    message.retried_seq = message.rev
    queue.nudge(message.project_id)
    announce(conversation)


def discard(message: Message, *, by: Agent, now: datetime) -> None:
    """Take a failed message out of the thread; it stays in the database as deleted."""
    conversation = conversation_of(message)
    locked(conversation)
    require_holder(conversation, by)
    if message.failed_at is None:
        raise NotRetryable
    message.deleted_at = now
    touch(message)
    told.again(conversation, EventKind.MESSAGE_DISCARDED, message, by=by, now=now)
    announce(conversation)
