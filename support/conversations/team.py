"""Who is at a conversation: its lead, and the collaborators who have joined it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from support.db import db
from support.models import Agent, Assignment, Conversation, Customer, LeadRequest


def present(conversation: Conversation) -> list[Assignment]:
    """Return the running intervals at this conversation, the lead's first."""
    rows = select(Assignment).where(
        Assignment.conversation_id == conversation.id, Assignment.ended_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Assignment.role, Assignment.id)))


def collaborators(conversation: Conversation) -> list[Agent]:
    """Return the agents who have joined, in the order in which they did."""
    return [one.agent for one in present(conversation) if one.role == "collaborator"]


def interval_of(conversation: Conversation, agent: Agent) -> Assignment | None:
    """Return the agent's running interval at this conversation, as lead or collaborator."""
    return db.session.scalar(
        select(Assignment).where(
            Assignment.conversation_id == conversation.id,
            Assignment.agent_id == agent.id,
            Assignment.ended_at.is_(None),
        )
    )


def end(interval: Assignment, *, now: datetime, seq: int) -> None:
    """Somebody goes: what is numbered over `seq` is not his to see."""
    interval.ended_at, interval.last_seq = max(now, interval.started_at), seq
    db.session.flush()


def leaves_as_collaborator(conversation: Conversation, agent: Agent, *, now: datetime) -> None:
    """Somebody becomes the lead: he is a collaborator no more, and asks for the lead no more."""
    interval = interval_of(conversation, agent)
    if interval is not None:
        end(interval, now=now, seq=_reached(conversation))
        settle_request(conversation, agent, now=now)


def _reached(conversation: Conversation) -> int:
    """Return the thread's last number, as it is in the database."""
    number = select(Customer.seq).where(Customer.id == conversation.customer_id)
    return db.session.scalars(number).one()


def all_leave(conversation: Conversation, *, now: datetime, seq: int) -> None:
    """The conversation is closed: nobody is at it any more, and nobody asks for its lead."""
    for interval in present(conversation):
        end(interval, now=now, seq=seq)
    for request in requests(conversation):
        request.settled_at = now


def requests(conversation: Conversation) -> list[LeadRequest]:
    """Return who asks for the lead, the earliest first."""
    rows = select(LeadRequest).where(
        LeadRequest.conversation_id == conversation.id, LeadRequest.settled_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(LeadRequest.id)))


def settle_request(conversation: Conversation, agent: Agent, *, now: datetime) -> None:
    """What this agent asked for is given, or he has gone."""
    for request in requests(conversation):
        if request.agent_id == agent.id:
            request.settled_at = now
