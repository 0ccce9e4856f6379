"""Jobs and the sweep of what time brings: load, call a verb, commit; ids in, never objects.

Every conversation is a transaction of its own, so that nobody waits for two at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import OperationalError

from support import (
    approvals,
    audit,
    collaboration,
    escalation,
    groups,
    ladder,
    notices,
    presence,
    promises,
    risk,
    routing,
    sla,
    status,
)
from support.db import Model, commit, db, reading, utcnow
from support.models import Agent, Conversation, Group, RiskAttempt, SlaClock

Look = Callable[[], Iterable[int]]
Move = Callable[..., object]
ROUNDS = 10
SEALS = 40  # batches a second

log = logging.getLogger(__name__)


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
    now = now or utcnow()
    each(routing.left, routing.lose_left, now=now)
    each(collaboration.shut_out, collaboration.let_go, now=now)
    drain_for(agent_id, now)


def sweep(now: datetime | None = None) -> None:
    """Do what time brings, and what an event has missed; run every few seconds, by one or many."""
    now = now or utcnow()
    each(partial(presence.unsettled, now=now), presence.settle, now=now, of=Agent)
    each(routing.left, routing.lose_left, now=now)
    each(collaboration.shut_out, collaboration.let_go, now=now)
    each(routing.lying, routing.pick_up, now=now)
    each(partial(routing.silent, now=now), routing.lose_silent, now=now)
    each(routing.groups_waiting, partial(routing.drain, trigger="sweep"), now=now, of=Group)
    each(partial(routing.overdue, now=now), routing.fall_back, now=now)
    each(partial(escalation.late, now=now), escalation.lapse, now=now)
    each(partial(status.rested, now=now), status.wake_up, now=now)
    each(partial(risk.due, now=now), approvals.expire, now=now, of=RiskAttempt)
    apply_policies(now)
    remind(now)
    summarise(now)
    finish(now)


def remind(now: datetime | None = None) -> None:
    """Remind of what is due soon and of what was due; run every few seconds, by one or many."""
    now = now or utcnow()
    for _ in range(ROUNDS):
        found = _found(now=now)
        if not found:
            return
        _reminded(found, now=now)
        if len(found) < sla.BATCH:
            break
    each(partial(_to_look, now=now), _climb, now=now, of=SlaClock)


def _found(*, now: datetime) -> Sequence[tuple[int, int]]:
    db.session.rollback()
    with reading():
        found = sla.to_look(now=now)
    db.session.rollback()
    return found


def _reminded(found: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Remind of all of these at once; what fails here is tried one by one."""
    try:
        ladder.remind(found, now=now)
        commit()
    except OperationalError:
        raise
    except Exception:
        db.session.rollback()
        log.exception("reminders failed together")


def _to_look(*, now: datetime) -> list[int]:
    return [clock_id for _conversation_id, clock_id in sla.to_look(now=now)]


def _climb(clock: SlaClock, *, now: datetime) -> None:
    conversation = db.session.get_one(Conversation, clock.conversation_id)
    ladder.climb(conversation, clock.id, now=now)


def summarise(now: datetime | None = None) -> None:
    """Tell those whose quiet hours are over what was held."""
    now = now or utcnow()
    each(partial(notices.resting, now=now), notices.sum_up, now=now, of=Agent)


def apply_policies(now: datetime | None = None) -> None:
    """Let new versions of promises count for what runs already, where somebody has asked so."""
    now = now or utcnow()
    db.session.rollback()
    with reading():
        waiting = [application.id for application in sla.under_way()]
    db.session.rollback()
    for number in waiting:
        _applied(number, now=now)


def _applied(number: int, *, now: datetime) -> None:
    for _ in range(ROUNDS):
        with reading():
            found = promises.left(number, now=now)
        db.session.rollback()
        if not found:
            promises.finish(number, now=now)
            commit()
            return
        each(partial(list, found), partial(promises.renew, application_id=number), now=now)


def finish(now: datetime | None = None) -> None:
    """Close the cases whose five seconds are over; run every second."""
    now = now or utcnow()
    each(partial(status.due, now=now), status.take_effect, now=now)


def seal(data: Path, now: datetime | None = None) -> None:
    """Link what was done into the audit log's chain; run every second, by one or many.

    The first time of a day its head is kept in the data folder and sent to the owners.
    """
    now = now or utcnow()
    for _ in range(SEALS):
        if not _sealed(now=now):
            return
        with reading():
            audit.keep(data)


def _sealed(*, now: datetime) -> int:
    """Link a batch in a transaction of its own; without a lock if nothing waits."""
    db.session.rollback()
    with reading():
        waits = audit.is_waiting()
    db.session.rollback()
    count = audit.seal() if waits else 0
    head = audit.name(now=now) if count else None
    if head is not None:
        notices.tell_head(head, now=now)
    commit()
    return count


def each(look: Look, move: Move, *, now: datetime, of: type[Model] = Conversation) -> None:
    """Look without a lock, then make the move with each that was found, one transaction each.

    A move that fails is logged and leaves the others theirs; a database that does not answer
    is the caller's to wait for.
    """
    db.session.rollback()
    with reading():
        found = list(look())
    db.session.rollback()
    for id_ in found:
        try:
            _made(move, of, id_, now=now)
        except OperationalError:
            raise
        except Exception:
            db.session.rollback()
            log.exception("a move failed: %s of %s %s", move, of.__name__, id_)


def _made(move: Move, of: type[Model], id_: int, *, now: datetime) -> None:
    row = db.session.get(of, id_)
    if row is not None:
        move(row, now=now)
    commit()
