"""How it stands with a message that needs a second pair of eyes, for the agent who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from support import messages
from support.access import Action, Look
from support.db import db, utcnow
from support.models import Agent, Message, RiskAttempt

TOLD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Approval:
    """A message that asked for a second pair of eyes: waiting, approved, rejected or expired."""

    attempt: RiskAttempt
    state: str
    failed: int | None = None
    """The message whose second try it was, if it was one."""


def approval(agent: Agent, look: Look) -> Approval | None:
    """Return how it stands with the agent's last message here that needs a second pair of eyes.

    Nothing where it was sent or taken back; a project without risk words is not asked about.
    """
    if Action.REPLY not in look.actions or not look.conversation.project.risk_stamp:
        return None
    last = db.session.scalar(
        select(RiskAttempt)
        .where(RiskAttempt.conversation_id == look.conversation.id)
        .where(RiskAttempt.agent_id == agent.id, RiskAttempt.stop == "approve")
        .order_by(RiskAttempt.id.desc())
        .limit(1)
    )
    return _approval(last, utcnow()) if last is not None and last.used_at is None else None


def approved(agent: Agent, look: Look, failed: int) -> int | None:
    """Return the attempt by which the agent may send a failed message again."""
    last = approval(agent, look)
    counts = last is not None and last.state == "approved" and last.failed == failed
    return last.attempt.id if last and counts else None


def _approval(attempt: RiskAttempt, now: datetime) -> Approval | None:
    ends_at = attempt.expires_at or attempt.asked_at
    if attempt.outcome in ("waiting", "approved") and now < ends_at:
        return Approval(attempt, attempt.outcome, _tried_again(attempt))
    told_at = attempt.settled_at if attempt.outcome == "rejected" else ends_at
    if attempt.outcome == "cancelled" or now >= (told_at or ends_at) + TOLD_FOR:
        return None
    return Approval(attempt, "rejected" if attempt.outcome == "rejected" else "expired")


def _tried_again(attempt: RiskAttempt) -> int | None:
    """Find the failed message that this attempt would have sent again: by its content."""
    rows = select(Message).where(
        Message.conversation_id == attempt.conversation_id,
        Message.agent_id == attempt.agent_id,
        Message.failed_at.is_not(None),
        Message.deleted_at.is_(None),
    )
    failed = db.session.scalars(rows).all()
    return next((one.id for one in failed if messages.tries_again(attempt, one)), None)
