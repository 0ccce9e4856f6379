"""Four eyes: what a colleague wants to send waits for somebody else's yes or no."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from support import alerts, events, live
from support.conversations import announce, locked
from support.db import db
from support.models import Agent, Conversation, EventKind, Membership, RiskAttempt, Role
from support.reasons import has_words
from support.refusals import AttemptLeft, NotAllowed, OwnApproval, RejectionWhyMissing
from support.risk import approvers, attempts


def may_approve(agent: Agent, attempt: RiskAttempt) -> bool:
    """Whether this agent may decide: a supervisor of the project or an owner, never one's own."""
    if agent.disabled_at is not None or attempt.agent_id in (None, agent.id):
        return False
    return agent.is_owner or agent.id in approvers(attempt.project_id, attempt.agent_id or 0)


def waiting_for(agent: Agent) -> list[RiskAttempt]:
    """Return what waits for this agent's yes or no, the earliest first."""
    own = select(Membership.project_id).where(
        Membership.agent_id == agent.id, Membership.role == Role.SUPERVISOR
    )
    rows = select(RiskAttempt).where(
        RiskAttempt.outcome == "waiting",
        RiskAttempt.stop == "approve",
        RiskAttempt.agent_id != agent.id,
    )
    if not agent.is_owner:
        rows = rows.where(RiskAttempt.project_id.in_(own))
    found = db.session.scalars(rows.order_by(RiskAttempt.id)) if agent.disabled_at is None else ()
    return list(found)


def approve(attempt: RiskAttempt, *, by: Agent, now: datetime) -> None:
    """Let a colleague send it: from now on he has five minutes, and the token of his page.

    Refuses one's own, whoever has no say in the project, what is settled already, and what
    comes from somebody who does not hold the conversation any more.
    """
    conversation, seq = _locked(attempt, by)
    until = now + attempts.CONFIRM_WITHIN
    attempts.settle(attempt, "approved", by=by, now=now, expires_at=until)
    _told(attempt, conversation, EventKind.RISK_APPROVED, by=by, now=now, seq=seq)
    _answer(attempt, conversation, "approved", by=by, now=now)


def reject(attempt: RiskAttempt, *, by: Agent, now: datetime, reason: str) -> None:
    """Say no and why; refuses as `approve` does, and without a why."""
    if not has_words(reason):
        raise RejectionWhyMissing
    conversation, seq = _locked(attempt, by)
    why = attempts.line(reason)
    attempts.settle(attempt, "rejected", by=by, now=now, reason=why)
    _told(attempt, conversation, EventKind.RISK_REJECTED, by=by, now=now, seq=seq, why=why)
    _answer(attempt, conversation, "rejected", by=by, now=now)


def withdraw(attempt: RiskAttempt, *, by: Agent, now: datetime) -> None:
    """The agent does not ask any more; refuse another's, and what is settled already."""
    conversation = db.session.get_one(Conversation, attempt.conversation_id)
    attempts.cancel(attempt, by=by, now=now)
    _nobody_is_called(attempt, conversation, now=now)


def expire(attempt: RiskAttempt, *, now: datetime) -> None:
    """The time of an attempt is over: nobody is called for it any more."""
    attempts.expire(attempt, now=now)
    if attempt.outcome == "expired" and attempt.conversation_id is not None:
        conversation = db.session.get_one(Conversation, attempt.conversation_id)
        _nobody_is_called(attempt, conversation, now=now)


def _locked(attempt: RiskAttempt, by: Agent) -> tuple[Conversation, int]:
    """Lock the thread and refuse who may not decide, and what cannot be sent any more."""
    if attempt.agent_id == by.id:
        raise OwnApproval
    if not may_approve(by, attempt):
        raise NotAllowed
    conversation = db.session.get_one(Conversation, attempt.conversation_id)
    seq = locked(conversation)
    if conversation.assignee_id != attempt.agent_id or conversation.is_resolved:
        raise AttemptLeft(name=attempt.agent.name if attempt.agent else "")
    return conversation, seq


def _told(  # noqa: PLR0913 - a deed on the timeline
    attempt: RiskAttempt,
    conversation: Conversation,
    kind: EventKind,
    *,
    by: Agent,
    now: datetime,
    seq: int,
    why: str = "",
) -> None:
    name = attempt.agent.name if attempt.agent else ""
    facts = {"attempt": attempt.id, "words": attempt.words, "to_name": name, "why": why}
    events.record_in(conversation, kind, by=by, now=now, seq=seq, **facts)


def _answer(
    attempt: RiskAttempt, conversation: Conversation, kind: str, *, by: Agent, now: datetime
) -> None:
    """Tell the agent, also when he has not looked at an earlier answer yet."""
    agents = (attempt.agent_id,) if attempt.agent_id else ()
    alerts.tell(agents, conversation, kind, by=by, now=now)
    announce(conversation)
    _nobody_is_called(attempt, conversation, now=now)


def _nobody_is_called(attempt: RiskAttempt, conversation: Conversation, *, now: datetime) -> None:
    """It waits no more: pages draw it anew, and the last such alert of the case is over."""
    others = select(RiskAttempt.id).where(
        RiskAttempt.conversation_id == conversation.id,
        RiskAttempt.outcome == "waiting",
        RiskAttempt.stop == "approve",
    )
    if db.session.scalar(others.limit(1)) is None:
        alerts.over(conversation, "approval", now=now)
    agents = (attempt.agent_id,) if attempt.agent_id else ()
    names = (f"attempt-{attempt.id}", "approvals")
    live.poke(*names, project=conversation.project_id, agents=agents)
