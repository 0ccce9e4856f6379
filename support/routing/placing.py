"""Placing: a waiting conversation is given to somebody, or stays in its queue with a reason.

One transaction at a time gives conversations away, so nobody is given more than he has room
for. Whoever holds a thread only asks for that turn and never waits for it: if somebody else
has it, a job looks again a moment later. So two transactions cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select

from support import calendars, events, hours, queue
from support.conversations import announce, give, locked
from support.db import db, run
from support.models import (
    Assignment,
    Conversation,
    EventKind,
    Group,
    RoutingDecision,
    Why,
    Workspace,
)
from support.routing import line
from support.routing.candidates import Field, field_of, fresh
from support.routing.choice import Choice, choose

BATCH = 100
DECISION = RoutingDecision.metadata.tables["routing_decision"]
DECIDED = [column.name for column in DECISION.columns if not column.primary_key]
WORKSPACE = Workspace.metadata.tables["workspace"]
TURN = {
    wait: select(WORKSPACE.c.id).limit(1).with_for_update(key_share=True, skip_locked=not wait)
    for wait in (True, False)
}
WRITE = insert(DECISION).returning(DECISION.c.id)


def route(conversation: Conversation, *, now: datetime, trigger: str) -> RoutingDecision | None:
    """Give a waiting conversation to whoever is next in its group, else let it wait there.

    Returns the decision; None when there is nothing to decide (it is held, resolved, parked or
    without a group), or when it has to wait a moment for its turn: a job will look.
    """
    seq = locked(conversation)
    if conversation.assignee_id is not None or conversation.status != "open":
        return None
    if conversation.group_id is None:
        return None
    if not taken_turn(wait=False):
        look_again(conversation.group_id)
        return None
    group, first = fresh(conversation.group_id)
    field = field_of(group, now=now)
    choice = chosen(conversation, field, first=first, now=now)
    if choice.candidate is None:
        return wait(conversation, field, choice, now=now, trigger=trigger, seq=seq)
    return place(conversation, field, choice, now=now, trigger=trigger, seq=seq)


def taken_turn(*, wait: bool) -> bool:
    """Take the turn to give conversations away, until the commit; False when it is another's.

    Only a transaction that holds no thread yet may `wait` for it. SQLite has one writer anyway.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return True
    return run(TURN[wait], {}).first() is not None


def look_again(group_id: int) -> None:
    """After the commit, a job gives out what waits in this group."""
    queue.enqueue(queue.JOBS, "support.sweeps.drain_group", group_id)


def chosen(conversation: Conversation, field: Field, *, first: int | None, now: datetime) -> Choice:
    """Choose for one conversation; who waits longer in the same line goes first."""
    group = field.group
    if not hours.is_open(calendars.of_group(group), now):
        return Choice(None, Why.CLOSED)
    released = conversation.queued_why == "released"
    choice = choose(
        field,
        prefer=_preferred(conversation, group),
        but=conversation.queued_by_id if released else None,
        online_only=conversation.queued_why == "silent",
    )
    if choice.candidate is None or choice.why == Why.RETURNING or conversation.id == first:
        return choice
    look_again(group.id)
    return Choice(None, Why.OTHERS_FIRST)


def _preferred(conversation: Conversation, group: Group) -> int | None:
    """Return whom a returning customer knows, if this is a new conversation of his."""
    if group.level > 1:
        return None
    own = select(Assignment.id).where(Assignment.conversation_id == conversation.id)
    if db.session.scalar(own.limit(1)) is not None:
        return None
    return last_frontline_holder(conversation.customer_id)


def last_frontline_holder(customer_id: int) -> int | None:
    """Return who held a customer's last conversation while it was with the frontline."""
    held = (
        select(Assignment.agent_id)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .outerjoin(Group, Group.id == Assignment.group_id)
        .where(
            Conversation.customer_id == customer_id,
            Assignment.role == "assignee",
            or_(Group.level == 1, Assignment.group_id.is_(None)),
        )
        .order_by(Assignment.id.desc())
    )
    return db.session.scalar(held.limit(1))


def wait(
    conversation: Conversation,
    field: Field,
    choice: Choice,
    *,
    now: datetime,
    trigger: str,
    seq: int,
) -> RoutingDecision | None:
    """Let it wait and say why, once: to be asked again changes nothing."""
    if _said_before(conversation, choice.why):
        return None
    decision = _decided(conversation, field, choice, now=now, trigger=trigger)
    write(decision)
    facts = {"group": field.group.name, "why": choice.why}
    events.record_in(
        conversation, EventKind.CONVERSATION_QUEUED, by=None, now=now, seq=seq, **facts
    )
    announce(conversation, "desk", queue=True)
    return decision


def _said_before(conversation: Conversation, why: Why) -> bool:
    last = db.session.scalar(
        select(RoutingDecision)
        .where(RoutingDecision.conversation_id == conversation.id)
        .order_by(RoutingDecision.id.desc())
        .limit(1)
    )
    return (
        last is not None
        and (last.agent_id, last.group_id, last.reason) == (None, conversation.group_id, why)
        and (conversation.queued_at is None or last.at >= conversation.queued_at)
    )


def place(
    conversation: Conversation,
    field: Field,
    choice: Choice,
    *,
    now: datetime,
    trigger: str,
    seq: int,
) -> RoutingDecision | None:
    """Put it on the chosen desk, if nobody took it meanwhile."""
    candidate, group = choice.candidate, field.group
    decision = _decided(conversation, field, choice, now=now, trigger=trigger)
    bonds = give(conversation, candidate.id, now=now) if candidate else None
    if candidate is None or bonds is None:
        return None
    write(decision)
    field.give(candidate)
    if group.strategy == "round_robin":
        group.last_given_id = candidate.id
    facts = {"to_name": candidate.name, "why": choice.why}
    events.record_in(conversation, EventKind.CONVERSATION_GIVEN, by=None, now=now, seq=seq, **facts)
    # Whoever saw it in the queue is told that it has left.
    everybody = group.scope == "all"
    told = () if everybody else field.ids
    present = None if bonds.present else (candidate.id,)
    announce(conversation, "desk", queue=everybody, also=told, present=present)
    return decision


def _decided(
    conversation: Conversation, field: Field, choice: Choice, *, now: datetime, trigger: str
) -> RoutingDecision:
    waited = now - (conversation.queued_at or now)
    released = conversation.queued_why == "released"
    return RoutingDecision(
        conversation_id=conversation.id,
        group_id=field.group.id,
        agent_id=choice.candidate.id if choice.candidate else None,
        at=now,
        trigger=trigger,
        reason=choice.why,
        waited_seconds=max(waited, timedelta()) // timedelta(seconds=1),
        candidates=field.verdicts(but=conversation.queued_by_id if released else None),
    )


def write(decision: RoutingDecision) -> None:
    """Write a decision at once; it never changes, so the session need not watch over it."""
    row = {name: getattr(decision, name) for name in DECIDED}
    decision.id = run(WRITE, row).scalar_one()


def drain(group: Group, *, now: datetime, trigger: str = "room") -> Sequence[RoutingDecision]:
    """Give what waits in a group to whoever has room, in the line's order.

    In a transaction of its own, before any other lock; at most 100, and a job does the rest.
    """
    taken_turn(wait=True)
    group, first = fresh(group.id)
    if first is None or group.removed_at or not hours.is_open(calendars.of_group(group), now):
        return []
    field = field_of(group, now=now)
    most = min(field.room, BATCH)
    if not most:
        return []
    waiting = line.grasp(line.heads(group, *line.suits(field.free), most=most))
    placed = [_drained(one, field, now=now, trigger=trigger) for one in waiting]
    if len(waiting) == BATCH:
        look_again(group.id)
    return [decision for decision in placed if decision]


def _drained(
    conversation: Conversation, field: Field, *, now: datetime, trigger: str
) -> RoutingDecision | None:
    seq = locked(conversation)
    if conversation.group_id != field.group.id or conversation.status != "open":
        return None
    choice = choose(
        field,
        but=conversation.queued_by_id if conversation.queued_why == "released" else None,
        online_only=conversation.queued_why == "silent",
    )
    if choice.candidate is None:
        return None
    return place(conversation, field, choice, now=now, trigger=trigger, seq=seq)
