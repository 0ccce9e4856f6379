"""Routing: what a decision costs with 200 agents in a group and 20,000 conversations waiting.

Every agent is online and has room for two more. `decision` routes the first conversation of
the line, again and again, each in a transaction of its own with its live poke. `drained` is
each of those that are given out when the queue is looked at as a whole, where up to 100 share
one look at the candidates and one commit. The cost is that of all processes concerned,
PostgreSQL's and Valkey's among them.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from benchmarks import processes, store
from benchmarks.figures import Figure, say, timed
from benchmarks.plan import Plan
from benchmarks.servers import serving
from support import live, routing
from support.db import Model, commit, db
from support.models import (
    Agent,
    Assignment,
    Conversation,
    Customer,
    Group,
    GroupMember,
    Membership,
    Project,
    Workspace,
)

AGENTS, CAPACITY, IN_HAND, PAST = 200, 5, 3, 50
PORTION = 1000  # rows in one statement
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
Row = dict[str, Any]


def run(
    plan: Plan, *, waiting: int = 20_000, times: int = 250, warm: int = 30
) -> Generator[Figure]:
    """Give the cost of a decision by itself, and of each one while a queue is drained."""
    with desk(plan) as (folder, url), serving(folder, url) as servers, servers.app().app_context():
        say(f"writing {waiting} waiting conversations")
        db.create_all()
        write(waiting)
        gc.collect()
        gc.freeze()  # what it took to write the rows is no part of a desk
        for agent in range(1, AGENTS + 1):
            live.seen(agent, now=NOW)
        paid = [os.getpid(), *store.server_pids(url)]
        yield decision(times=times, warm=warm, paid=paid)
        yield drained(paid=paid)
        db.session.remove()
        db.engine.dispose()


def decision(*, times: int, warm: int, paid: list[int]) -> Figure:
    """Route the first of the line, one after the other."""
    for number in range(warm):
        decided(number)
    before = processes.cpu_seconds(*paid)
    seconds = [decided(warm + number) for number in range(times)]
    cost = processes.cpu_seconds(*paid) - before
    return timed("decision", seconds, cpu_ms=1000 * cost / times, per_second=times / sum(seconds))


def decided(number: int) -> float:
    """Give one waiting conversation away; return how long it took."""
    start = time.perf_counter()
    conversation = db.session.get_one(Conversation, first_waiting() + number)
    decision = routing.route(conversation, now=NOW, trigger="benchmark")
    commit()
    taken = time.perf_counter() - start
    if decision is None or decision.agent_id is None:
        raise ValueError(f"conversation {conversation.id} found nobody")
    db.session.expunge_all()  # as in a new request
    return taken


def first_waiting() -> int:
    """Return the number of the first conversation that waits: those in hand come before."""
    return AGENTS * IN_HAND + 1


def drained(*, paid: list[int]) -> Figure:
    """Look at the queue as a whole until nobody has room."""
    before, start, given = processes.cpu_seconds(*paid), time.perf_counter(), 0
    while placed := routing.drain(db.session.get_one(Group, 1), now=NOW):
        commit()
        given += len(placed)
        db.session.expunge_all()
    seconds = time.perf_counter() - start
    cost = processes.cpu_seconds(*paid) - before
    return Figure("drained", given, cpu_ms=1000 * cost / given, per_second=given / seconds)


@contextmanager
def desk(plan: Plan) -> Generator[tuple[Path, str]]:
    """Give a folder and the URL of an empty database; both are gone afterwards."""
    database = store.chosen(plan)
    folder = Path(tempfile.mkdtemp(prefix="routing-", dir=plan.cache))
    try:
        if not isinstance(database, store.Server):
            yield folder, f"sqlite:///{folder / 'desk.db'}"
            return
        name = folder.name.replace("-", "_")
        database.do(f'CREATE DATABASE "{name}"')
        yield folder, database.of(name)
        database.do(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        shutil.rmtree(folder)


def write(waiting: int) -> None:
    """Write the group, its agents with what they have in hand, and who waits."""
    held = AGENTS * IN_HAND
    place = {"project_id": 1, "created_at": NOW}
    add(Workspace, [{"name": "Harbour", "created_at": NOW}])
    add(Project, [{**bot(), "created_at": NOW}])
    add(Agent, [agent(number) for number in range(1, AGENTS + 1)])
    add(Membership, [{"agent_id": n, "role": "agent", **place} for n in range(1, AGENTS + 1)])
    rules = {"scope": "chosen", "strategy": "online_first", "capacity": CAPACITY, "level": 2}
    add(Group, [{"name": "Advanced Support Group", **rules, **place}])
    add(
        GroupMember,
        [
            {"group_id": 1, "agent_id": n, "position": n, "added_at": NOW}
            for n in range(1, AGENTS + 1)
        ],
    )
    numbers = range(1, held + waiting + 1)
    add(Customer, [customer(number) for number in numbers])
    add(Conversation, [conversation(number, held) for number in numbers])
    spells = [(number, past) for number in range(1, AGENTS + 1) for past in range(PAST)]
    add(Assignment, [interval(number, past) for number, past in spells])
    settle()


def add(kind: type[Model], rows: list[Row]) -> None:
    """Write many rows of a table."""
    for first in range(0, len(rows), PORTION):
        db.session.execute(insert(kind), rows[first : first + PORTION])
    commit()


def settle() -> None:
    """Let the planner know what is in the tables, and the sequences how far they are."""
    db.session.execute(text("ANALYZE"))
    if db.engine.dialect.name == "postgresql":
        last = select(func.max(Conversation.id)).scalar_subquery()
        db.session.execute(select(func.setval("conversation_id_seq", last)))
    commit()


def bot() -> Row:
    """Return a project without a bot."""
    names = dict.fromkeys(("bot_username", "bot_name", "token_sealed"), "")
    return {"name": "Harbour", "bot_id": 1, **names}


def agent(number: int) -> Row:
    """Return an agent who never logs in."""
    return {
        "name": f"Agent {number}",
        "email": f"agent{number}@harbour.example",
        "password_hash": "",
        "created_at": NOW,
    }


def customer(number: int) -> Row:
    """Return a customer who has said one thing."""
    return {"project_id": 1, "telegram_id": number, "first_seen_at": NOW, "seq": 2}


def conversation(number: int, held: int) -> Row:
    """Return a conversation: the first ones are in somebody's hands, the others wait."""
    since = NOW - timedelta(minutes=30) + timedelta(milliseconds=10 * number)
    return {
        "id": number,
        "project_id": 1,
        "customer_id": number,
        "group_id": 1,
        "tier": "escalated",
        "assignee_id": (number - 1) % AGENTS + 1 if number <= held else None,
        "queued_at": None if number <= held else since,
        "opened_at": since,
        "last_message_at": since,
    }


def interval(number: int, past: int) -> Row:
    """Return an interval in which an agent had a conversation, long ago or just now."""
    held = number + AGENTS * (past % IN_HAND)
    began = NOW - timedelta(minutes=10 * past + 1, seconds=number)
    ended = {"ended_at": began, "last_seq": 2}
    running = {"ended_at": None, "last_seq": None}
    return {
        "conversation_id": held,
        "agent_id": number,
        "role": "assignee",
        "started_at": began,
        **(running if past < IN_HAND else ended),
    }
