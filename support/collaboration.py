"""Collaboration: several at one conversation, one of them the lead, who alone replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select

from support import alerts, events, unread
from support.conversations import (
    accept_pending,
    announce,
    assign,
    collaborators,
    end,
    interval_of,
    locked,
    requests,
    settle_request,
    unassign,
)
from support.db import db
from support.models import (
    Agent,
    Assignment,
    Conversation,
    EventKind,
    LeadRequest,
    Membership,
    Role,
)
from support.people import may_hold
from support.refusals import AlreadyLead, AlreadyResolved, NobodyHolds, NotAllowed, NotJoined
from support.transfer import commands, refuse_upward, require_fit


def add(conversation: Conversation, agent: Agent, *, by: Agent, now: datetime) -> Assignment:
    """Let somebody join: he reads and writes notes; adding him again changes nothing.

    Only a supervisor adds; refuses who cannot hold conversations of the project.
    """
    seq = locked(conversation)
    _require_running(conversation)
    if not commands(by, conversation):
        raise NotAllowed
    require_fit(conversation, agent)
    interval = interval_of(conversation, agent)
    if interval is None:
        interval = _joins(conversation, agent, now=now)
        facts = {"agent": agent.id, "to_name": agent.name}
        kind = EventKind.COLLABORATOR_JOINED
        events.record_in(conversation, kind, by=by, now=now, seq=seq, **facts)
        announce(conversation, "desk")
    return interval


def _require_running(conversation: Conversation) -> None:
    if conversation.is_resolved:
        raise AlreadyResolved


def _joins(conversation: Conversation, agent: Agent, *, now: datetime) -> Assignment:
    interval = Assignment(
        conversation_id=conversation.id,
        agent_id=agent.id,
        group_id=conversation.group_id,
        role="collaborator",
        started_at=now,
    )
    db.session.add(interval)
    db.session.flush()
    return interval


def leave(conversation: Conversation, agent: Agent, *, by: Agent, now: datetime) -> None:
    """Let a collaborator go: himself, or sent by a supervisor. He sees nothing later."""
    seq = locked(conversation)
    if agent.id != by.id and not commands(by, conversation):
        raise NotAllowed
    _goes(conversation, agent, by=by, now=now, seq=seq)


def _goes(
    conversation: Conversation, agent: Agent, *, by: Agent | None, now: datetime, seq: int
) -> None:
    end(_collaborates(conversation, agent), now=now, seq=seq)
    settle_request(conversation, agent, now=now)
    facts = {"agent": agent.id, "to_name": agent.name}
    kind = EventKind.COLLABORATOR_LEFT
    events.record_in(conversation, kind, by=by, now=now, seq=seq, **facts)
    announce(conversation, "desk", also=(agent.id,))


def shut_out() -> list[int]:
    """Return the ids of the conversations joined by somebody who may not hold them any more."""
    place = and_(
        Membership.agent_id == Assignment.agent_id,
        Membership.project_id == Conversation.project_id,
    )
    rows = (
        select(Conversation.id)
        .join(Assignment, Assignment.conversation_id == Conversation.id)
        .join(Agent, Agent.id == Assignment.agent_id)
        .outerjoin(Membership, place)
        .where(
            Assignment.ended_at.is_(None),
            Assignment.role == "collaborator",
            or_(
                Agent.disabled_at.is_not(None),
                and_(Agent.role != "owner", Membership.id.is_(None)),
                and_(Agent.role != "owner", Membership.role == Role.AUDITOR),
            ),
        )
    )
    return sorted(set(db.session.scalars(rows)))


def let_go(conversation: Conversation, *, now: datetime) -> bool:
    """End what was joined by somebody who was shut out: he is not there when he comes back."""
    seq = locked(conversation)
    gone = [
        agent for agent in collaborators(conversation) if not may_hold(agent, conversation.project)
    ]
    for agent in gone:
        _goes(conversation, agent, by=None, now=now, seq=seq)
    return bool(gone)


def _collaborates(conversation: Conversation, agent: Agent) -> Assignment:
    if conversation.assignee_id == agent.id:
        raise AlreadyLead(name=agent.name)
    interval = interval_of(conversation, agent)
    if interval is None:
        raise NotJoined(name=agent.name)
    return interval


def ask_lead(conversation: Conversation, *, by: Agent, now: datetime) -> LeadRequest:
    """Ask for the lead, as a collaborator; asking twice is asking once."""
    seq = locked(conversation)
    _require_running(conversation)
    _collaborates(conversation, by)
    for request in requests(conversation):
        if request.agent_id == by.id:
            return request
    request = LeadRequest(conversation_id=conversation.id, agent_id=by.id, asked_at=now)
    db.session.add(request)
    events.record_in(conversation, EventKind.LEAD_ASKED, by=by, now=now, seq=seq)
    alerts.tell(_who_gives(conversation), conversation, "lead", by=by, now=now)
    announce(conversation, "desk")
    return request


def _who_gives(conversation: Conversation) -> list[int]:
    if conversation.assignee_id is not None:
        return [conversation.assignee_id]
    return alerts.supervisors(conversation.project_id)


def give_lead(conversation: Conversation, to: Agent, *, by: Agent, now: datetime) -> None:
    """Give the lead to a collaborator: from now on only he replies, and the old lead stays.

    The lead gives it, or a supervisor. What goes up is an escalation, unless a supervisor
    gives it. The group stays: what happens by itself later stays within it.
    """
    seq = locked(conversation)
    lead = _lead(conversation)
    if by.id != lead.id and not commands(by, conversation):
        raise NotAllowed
    _collaborates(conversation, to)
    require_fit(conversation, to)
    if not commands(by, conversation):
        refuse_upward(conversation, to)
    accept_pending(conversation, by=lead, now=now)
    unassign(conversation, now=now, seq=seq)
    assign(conversation, to, now=now)
    _joins(conversation, lead, now=now)
    unread.since_answer(conversation)
    _told(conversation, lead, to, by=by, now=now, seq=seq)


def _lead(conversation: Conversation) -> Agent:
    _require_running(conversation)
    if conversation.assignee is None:
        raise NobodyHolds
    return conversation.assignee


def _told(
    conversation: Conversation, lead: Agent, to: Agent, *, by: Agent, now: datetime, seq: int
) -> None:
    facts = {"agent": to.id, "from_name": lead.name, "to_name": to.name}
    events.record_in(conversation, EventKind.LEAD_GIVEN, by=by, now=now, seq=seq, **facts)
    alerts.over(conversation, "lead", now=now)
    announce(conversation, "desk")
