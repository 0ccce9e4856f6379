"""Conversations: opened by the customer, taken, released, resolved.

Every verb that adds to a thread first takes the customer's next number under the
customer's row lock, so two deeds on one thread never cross.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from support import events, live, unread
from support.db import db
from support.live import Poke
from support.models import Agent, Assignment, Conversation, Customer, EventKind, Project
from support.people import may_hold
from support.refusals import (
    AlreadyResolved,
    AlreadyTaken,
    NobodyHolds,
    NotAllowed,
    NotAssignee,
)

COLUMNS = Conversation.__mapper__.column_attrs.keys()
CUSTOMER = Customer.metadata.tables["customer"]
# Of the table, not of the class: this runs for every message, and costs half as much.
NEXT_NUMBER = (
    update(CUSTOMER)
    .where(CUSTOMER.c.id == bindparam("customer"))
    .values(seq=CUSTOMER.c.seq + bindparam("step"))
    .returning(CUSTOMER.c.seq)
)


def lock(customer_id: int, *, step: int = 1) -> int:
    """Lock the customer's thread until the commit and return its next number.

    With a `step` of 2 the number before the returned one is the caller's too.
    """
    db.session.flush()
    return db.session.execute(NEXT_NUMBER, {"customer": customer_id, "step": step}).scalar_one()


def locked(conversation: Conversation) -> int:
    """Lock the thread, read the conversation as it is now, and return the next number."""
    seq, holder = lock(conversation.customer_id), conversation.assignee_id
    db.session.refresh(conversation, COLUMNS)
    if conversation.assignee_id != holder:
        db.session.expire(conversation, ["assignee"])
    return seq


def running(customer: Customer) -> Conversation | None:
    """Return the customer's conversation that is not resolved, if there is one."""
    return db.session.scalar(
        select(Conversation).where(
            Conversation.customer_id == customer.id, ~Conversation.is_resolved
        )
    )


def for_customer(customer: Customer, *, now: datetime, seq: int) -> Conversation:
    """Return the conversation that a customer's message belongs to.

    The running one; else the last one, reopened within the project's reopening time
    (24 h by default); else a new one in the project's queue. The thread is locked, and
    `seq` is the number of the line that says so.
    """
    conversation = running(customer) or _reopened(customer, now=now, seq=seq)
    return conversation or _opened(customer, now=now, seq=seq)


def _opened(customer: Customer, *, now: datetime, seq: int) -> Conversation:
    conversation = Conversation(
        project_id=customer.project_id,
        customer_id=customer.id,
        opened_at=now,
        last_message_at=now,
        read_seq=seq - 1,
    )
    db.session.add(conversation)
    db.session.flush()
    events.record_in(conversation, EventKind.CONVERSATION_OPENED, by=None, now=now, seq=seq)
    return conversation


def _reopened(customer: Customer, *, now: datetime, seq: int) -> Conversation | None:
    last = db.session.scalar(
        select(Conversation)
        .where(Conversation.customer_id == customer.id)
        .order_by(Conversation.id.desc())
        .limit(1)
    )
    if last is None or last.resolved_at is None:
        return None
    if now - last.resolved_at > timedelta(hours=customer.project.reopen_hours):
        return None
    last.status, last.resolved_at = "open", None
    _return_to_holder(last, now=now)
    events.record_in(last, EventKind.CONVERSATION_REOPENED, by=None, now=now, seq=seq)
    return last


def _return_to_holder(conversation: Conversation, *, now: datetime) -> None:
    """A reopened conversation goes to its last holder, or to the queue if he left."""
    holder = conversation.assignee
    if holder is not None and may_hold(holder, conversation.project):
        assign(conversation, holder, now=now)
    else:
        conversation.assignee, conversation.assignee_id = None, None


def assign(conversation: Conversation, agent: Agent, *, now: datetime) -> None:
    """Begin the interval in which `agent` holds the conversation."""
    conversation.assignee, conversation.assignee_id = agent, agent.id
    db.session.add(Assignment(conversation_id=conversation.id, agent_id=agent.id, started_at=now))


def unassign(conversation: Conversation, *, now: datetime, seq: int) -> None:
    """End the holder's interval: what comes after `seq` is not his to see."""
    interval = db.session.scalar(
        select(Assignment).where(
            Assignment.conversation_id == conversation.id,
            Assignment.role == "assignee",
            Assignment.ended_at.is_(None),
        )
    )
    if interval is not None:
        interval.ended_at, interval.last_seq = max(now, interval.started_at), seq
        db.session.flush()


def take(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Take a waiting conversation from the queue; refuse when somebody was faster."""
    seq = locked(conversation)
    if conversation.assignee_id == by.id and not conversation.is_resolved:
        return
    if conversation.is_resolved:
        raise AlreadyResolved
    if not may_hold(by, conversation.project):
        raise NotAllowed
    _claim(conversation, by)
    assign(conversation, by, now=now)
    unread.since_answer(conversation)
    events.record_in(conversation, EventKind.CONVERSATION_TAKEN, by=by, now=now, seq=seq)
    announce(conversation, "desk", queue=True)


def _claim(conversation: Conversation, by: Agent) -> None:
    """Write the holder's name only where none stands: one of two claims wins."""
    won = db.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.assignee_id.is_(None))
        .values(assignee_id=by.id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(conversation)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        holder = conversation.assignee
        raise AlreadyTaken(holder=holder.name if holder else "")


def release(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Put a conversation back into the project's queue."""
    seq = locked(conversation)
    require_holder(conversation, by)
    _to_queue(conversation, by=by, now=now, seq=seq, left=by)


def _to_queue(
    conversation: Conversation, *, by: Agent, now: datetime, seq: int, left: Agent
) -> None:
    unassign(conversation, now=now, seq=seq)
    conversation.assignee, conversation.assignee_id = None, None
    events.record_in(conversation, EventKind.CONVERSATION_RELEASED, by=by, now=now, seq=seq)
    announce(conversation, "desk", queue=True, also=(left.id,))


def clear_desk(agent: Agent, *, project: Project | None, by: Agent, now: datetime) -> None:
    """Put all that somebody holds back into the queues, as when he leaves the project."""
    held = select(Conversation).where(
        Conversation.assignee_id == agent.id, ~Conversation.is_resolved
    )
    if project is not None:
        held = held.where(Conversation.project_id == project.id)
    for conversation in db.session.scalars(held.order_by(Conversation.customer_id)).all():
        seq = locked(conversation)
        if conversation.assignee_id == agent.id and not conversation.is_resolved:
            _to_queue(conversation, by=by, now=now, seq=seq, left=agent)


def resolve(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Close the case; resolving a resolved one is a no-op."""
    seq = locked(conversation)
    if conversation.is_resolved:
        return
    require_holder(conversation, by)
    unassign(conversation, now=now, seq=seq)
    conversation.status, conversation.resolved_at = "resolved", now
    conversation.unread_count, conversation.read_seq = 0, seq
    events.record_in(conversation, EventKind.CONVERSATION_RESOLVED, by=by, now=now, seq=seq)
    announce(conversation, "desk")


def require_holder(conversation: Conversation, agent: Agent) -> None:
    """Refuse unless `agent` is the assignee of a conversation that is not resolved."""
    if conversation.is_resolved:
        raise AlreadyResolved
    if conversation.assignee is None:
        raise NobodyHolds
    if conversation.assignee_id != agent.id:
        raise NotAssignee(holder=conversation.assignee.name)


def announce(
    conversation: Conversation, *names: str, queue: bool = False, also: tuple[int, ...] = ()
) -> None:
    """Poke everyone who may see this conversation: its thread changed, and `names`."""
    names = (f"conversation-{conversation.id}", *names)
    live.send_after_commit(announcement(conversation, *names, queue=queue, also=also))


def announcement(
    conversation: Conversation,
    *names: str,
    queue: bool = False,
    also: tuple[int, ...] = (),
    data: str = "",
) -> Poke:
    """Return the poke that reaches whoever may see this conversation, and nobody else."""
    waits = conversation.assignee_id is None and not conversation.is_resolved
    return Poke(
        names,
        project=conversation.project_id,
        agents=(*joined(conversation), *also),
        queue=(queue or waits) and conversation.project.agents_see_queue,
        data=data,
    )


def joined(conversation: Conversation) -> tuple[int, ...]:
    """Return the agents at this conversation: its holder, even of a resolved one."""
    return (conversation.assignee_id,) if conversation.assignee_id else ()
