"""How it stands with a message that needs a second pair of eyes, for the agent who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from support.access import Action, Look
from support.db import db, utcnow
from support.models import Agent, RiskAttempt

TOLD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Approval:
    """A message that asked for a second pair of eyes: waiting, approved, rejected or expired."""

    attempt: RiskAttempt
    state: str


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


def _approval(attempt: RiskAttempt, now: datetime) -> Approval | None:
    ends_at = attempt.expires_at or attempt.asked_at
    if attempt.outcome in ("waiting", "approved") and now < ends_at:
        return Approval(attempt, attempt.outcome)
    told_at = attempt.settled_at if attempt.outcome == "rejected" else ends_at
    if attempt.outcome == "cancelled" or now >= (told_at or ends_at) + TOLD_FOR:
        return None
    return Approval(attempt, "rejected" if attempt.outcome == "rejected" else "expired")
