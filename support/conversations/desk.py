"""On whose desk a conversation is: taken, given back, resolved; one desk or one queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from support import events, groups, queue, sla, unread
from support.conversations.pending import (
    PENDING,
    accept_pending,
    end_pending,
    keep_open,
    land,
    standing,
    wake,
)
from support.conversations.pokes import announce
from support.conversations.team import all_leave, end, leaves_as_collaborator
from support.conversations.threads import locked
from support.db import db, run
from support.models import Agent, Assignment, Conversation, EventKind, Group
from support.people import may_hold
from support.refusals import (
    AlreadyResolved,
    AlreadyTaken,
    NobodyHolds,
    NotAllowed,
    NotAssignee,
)

TABLE = Conversation.metadata.tables["conversation"]
NO_QUEUE = {"queued_at": None, "queued_by_id": None, "queued_why": ""}
CLAIM = (
    update(TABLE)
    .where(
        TABLE.c.id == bindparam("conversation"),
        TABLE.c.assignee_id.is_(None),
        TABLE.c.status != "resolved",
    )
    .values(
        assignee_id=bindparam("agent"),
        read_seq=bindparam("read_seq"),
        unread_count=bindparam("unread_count"),
        **NO_QUEUE,
    )
)
SPELL = Assignment.metadata.tables["assignment"]
BEGIN = insert(SPELL)
# Asked in one statement, since most conversations that are assigned have nothing of it.
RUNS = and_(SPELL.c.conversation_id == bindparam("conversation"), SPELL.c.ended_at.is_(None))
BONDS = select(
    select(func.count()).where(RUNS).scalar_subquery().label("present"),
    select(SPELL.c.id).where(RUNS, SPELL.c.agent_id == bindparam("agent")).exists().label("joined"),
    PENDING.exists().label("handed"),
    unread.ANSWERED.label("answered"),
    unread.SINCE_ANSWER.label("unread"),
)


def assign(conversation: Conversation, agent: Agent, *, now: datetime) -> None:
    """Begin the interval in which `agent` holds the conversation; it waits no more.

    A handover that brought it here waits for his acceptance from now on.
    """
    bonds = _bonds(conversation, agent.id)
    # What a claim has written is not written again: even that would cost a flush.
    for field, value in {**NO_QUEUE, "assignee_id": agent.id}.items():
        if getattr(conversation, field) != value:
            setattr(conversation, field, value)
    set_committed_value(conversation, "assignee", agent)
    _begin(conversation, agent.id, bonds, now=now)


def _bonds(conversation: Conversation, agent_id: int) -> Row[Any]:
    """Return who is at it, what waits to be accepted, and what came since the last reply."""
    db.session.flush()
    return run(BONDS, {"conversation": conversation.id, "agent": agent_id}).one()


def _begin(conversation: Conversation, agent_id: int, bonds: Row[Any], *, now: datetime) -> None:
    if bonds.joined:
        leaves_as_collaborator(conversation, db.session.get_one(Agent, agent_id), now=now)
    interval = {
        "conversation_id": conversation.id,
        "agent_id": agent_id,
        "group_id": conversation.group_id,
        "role": "assignee",
        "started_at": now,
    }
    run(BEGIN, interval)
    if bonds.handed:
        land(conversation, db.session.get_one(Agent, agent_id), now=now)


def give(conversation: Conversation, agent_id: int, *, now: datetime) -> Row[Any] | None:
    """Put a waiting conversation on somebody's desk; None when somebody else was faster.

    For him, everything after the last reply is new. Returns what was found: `present` counts
    who else is at it.
    """
    bonds = _bonds(conversation, agent_id)
    news = {"read_seq": bonds.answered, "unread_count": bonds.unread}
    claim = {"conversation": conversation.id, "agent": agent_id, **news}
    if run(CLAIM, claim).rowcount != 1:
        db.session.refresh(conversation)
        return None
    for field, value in {**NO_QUEUE, **news, "assignee_id": agent_id}.items():
        set_committed_value(conversation, field, value)
    db.session.expire(conversation, ["assignee"])
    _begin(conversation, agent_id, bonds, now=now)
    return bonds


def unassign(conversation: Conversation, *, now: datetime, seq: int) -> None:
    """End the holder's interval: what comes after `seq` is not his to see.

    What stood on the conversation ends with it: a handover not accepted, a click on
    "resolve" that has not taken effect, a rest that was meant for his desk.
    """
    end_pending(conversation, now=now)
    keep_open(conversation, by=None, now=now, seq=seq)
    wake(conversation, by=None, now=now, seq=seq)
    interval = db.session.scalar(
        select(Assignment).where(
            Assignment.conversation_id == conversation.id,
            Assignment.role == "assignee",
            Assignment.ended_at.is_(None),
        )
    )
    if interval is not None:
        end(interval, now=now, seq=seq)
        has_room(conversation, interval.agent_id)


def has_room(conversation: Conversation, agent_id: int) -> None:
    """An agent has less in hand than before: after the commit his groups' queues are looked at."""
    if conversation.group_id is not None:
        queue.enqueue(queue.JOBS, "support.sweeps.drain_for", agent_id)


def queue_up(
    conversation: Conversation,
    group: Group | None,
    *,
    by: Agent | None,
    now: datetime,
    why: str = "released",
) -> None:
    """Let a conversation wait in a group's queue, or in the project's where there are no groups.

    Its last holder's interval has ended. `by` is the agent who had it and has `released` it,
    or has lost it by being `silent`; see `Conversation`.
    """
    conversation.assignee_id = None
    set_committed_value(conversation, "assignee", None)
    move_to(conversation, group)
    conversation.queued_at = now
    conversation.queued_by_id = by.id if by else None
    conversation.queued_why = why if by else ""


def move_to(conversation: Conversation, group: Group | None) -> None:
    """Make a conversation one of this group's, and so of its level."""
    conversation.group_id = group.id if group else None
    set_committed_value(conversation, "group", group)


def take(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Take a waiting conversation from the queue; refuse when somebody was faster.

    From a group's queue only its agents and supervisors of the project take.
    """
    seq = locked(conversation)
    if conversation.assignee_id == by.id and not conversation.is_resolved:
        return
    if conversation.is_resolved:
        raise AlreadyResolved
    if not may_hold(by, conversation.project) or not groups.may_take(by, conversation):
        raise NotAllowed
    if give(conversation, by.id, now=now) is None:
        holder = conversation.assignee
        raise AlreadyTaken(holder=holder.name if holder else "")
    accept_pending(conversation, by=by, now=now)
    events.record_in(conversation, EventKind.CONVERSATION_TAKEN, by=by, now=now, seq=seq)
    announce(conversation, "desk", queue=True)


def release(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Put a conversation back into the queue that it came from."""
    seq = locked(conversation)
    require_holder(conversation, by)
    unassign(conversation, now=now, seq=seq)
    queue_up(conversation, conversation.group, by=by, now=now)
    events.record_in(conversation, EventKind.CONVERSATION_RELEASED, by=by, now=now, seq=seq)
    announce(conversation, "desk", queue=True, also=(by.id,))
    if conversation.group_id is not None:
        queue.enqueue(queue.JOBS, "support.sweeps.drain_group", conversation.group_id)


def resolve(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """Close the case; resolving a resolved one is a no-op."""
    seq = locked(conversation)
    if conversation.is_resolved:
        return
    require_holder(conversation, by)
    close(conversation, by=by, now=now, seq=seq)


def close(conversation: Conversation, *, by: Agent, now: datetime, seq: int) -> None:
    """End a case that its holder resolved at `now`: everybody goes, nothing waits any more."""
    click = standing(conversation)
    if click is not None:
        click.done_at = click.due_at
    sla.closed(conversation, by=by, now=now)
    conversation.status, conversation.resolved_at = "resolved", now
    conversation.snoozed_until = None
    conversation.unread_count, conversation.read_seq = 0, seq
    unassign(conversation, now=now, seq=seq)
    all_leave(conversation, now=now, seq=seq)
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
