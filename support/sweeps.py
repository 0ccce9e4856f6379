"""Jobs and the sweep of what time brings: load, call a verb, commit; ids in, never objects.

Every conversation is a transaction of its own, so that nobody waits for two at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from support import escalation, groups, ladder, presence, routing, sla, status
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Group

Move = Callable[..., object]
ROUNDS = 10


def drain_group(group_id: int, now: datetime | None = None) -> None:
    """Something changed for a group: give what waits there to whoever has room."""
    group = db.session.get(Group, group_id)
    if group is not None:
        routing.drain(group, now=now or utcnow())
    commit()


def drain_for(agent_id: int, now: datetime | None = None) -> None:
    """An agent has room, or has come: look at the queues of his groups."""
    agent = db.session.get(Agent, agent_id)
    own = set(db.session.scalars(groups.own_groups(agent.id))) if agent else set[int]()
    waiting = [group_id for group_id in routing.groups_waiting() if group_id in own]
    commit()
    for group_id in waiting:
        drain_group(group_id, now)


def settle(agent_id: int, now: datetime | None = None) -> None:
    """An agent has come or gone: write it down; what waits for him is another job's."""
    agent = db.session.get(Agent, agent_id)
    if agent is not None:
        presence.settle(agent, now=now or utcnow())
    commit()


def clear_desk(agent_id: int, now: datetime | None = None) -> None:
    """An agent was shut out or let in: what he may not hold goes back, what waits is given out."""
    each(routing.left(), routing.lose_left, now=now or utcnow())
    drain_for(agent_id, now)


def sweep(now: datetime | None = None) -> None:
    """Do what time brings, and what an event has missed; run every few seconds, by one or many."""
    now = now or utcnow()
    for agent_id in presence.unsettled(now=now):
        presence.settle(db.session.get_one(Agent, agent_id), now=now)
        commit()
    each(routing.left(), routing.lose_left, now=now)
    each(routing.silent(now=now), routing.lose_silent, now=now)
    for group_id in routing.groups_waiting():
        routing.drain(db.session.get_one(Group, group_id), now=now, trigger="sweep")
        commit()
    each(routing.overdue(now=now), routing.fall_back, now=now)
    each(escalation.late(now=now), escalation.lapse, now=now)
    each(status.rested(now=now), status.wake_up, now=now)
    remind(now)
    finish(now)


def remind(now: datetime | None = None) -> None:
    """Remind of what is due soon and of what was due; run every few seconds, by one or many."""
    now = now or utcnow()
    found = sla.to_look(now=now)
    for _ in range(ROUNDS):
        db.session.rollback()
        ladder.remind(found, now=now)
        commit()
        found = sla.to_look(now=now)
        if len(found) < sla.BATCH:
            break
    db.session.rollback()
    for conversation_id, clock_id in found:
        ladder.climb(db.session.get_one(Conversation, conversation_id), clock_id, now=now)
        commit()


def finish(now: datetime | None = None) -> None:
    """Close the cases whose five seconds are over; run every second."""
    now = now or utcnow()
    each(status.due(now=now), status.take_effect, now=now)


def each(ids: Iterable[int], move: Move, *, now: datetime) -> None:
    """Make a move with each of these conversations, one transaction each."""
    db.session.rollback()
    for conversation_id in ids:
        conversation = db.session.get(Conversation, conversation_id)
        if conversation is not None:
            move(conversation, now=now)
        commit()
