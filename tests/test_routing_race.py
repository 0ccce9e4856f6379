"""Routing under races: several processes at once, and nobody is given more than he has room for."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from support import conversations, groups, routing
from support.db import commit, db
from support.models import Agent, Assignment, Conversation, Group, RoutingDecision
from support.refusals import AlreadyTaken
from tests.factories import START
from tests.shifts import arrive, crew, frontline

PROCESSES, AGENTS = 4, 10


@pytest.fixture
def ten(desk):
    """Ten agents who take turns, however much each can have in hand."""
    group = frontline(desk, scope="chosen")
    groups.set_members(group, crew(desk.wallet, AGENTS), by=None, now=START)
    commit()
    return group


@pytest.fixture(scope="module")
def offer(settings):
    """Give a function that lets customers of four processes write at once, until all have."""
    values = {"data": str(settings.data), "database_url": settings.database_url}
    values["redis_url"] = settings.redis_url
    with ExitStack() as ends:
        processes = [ends.enter_context(started(values)) for _ in range(PROCESSES)]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        yield lambda total: at_once_in(processes, total // PROCESSES)


@contextmanager
def started(values):
    command = [sys.executable, "-m", "tests.offering"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        process.stdin.write(json.dumps(values) + "\n")
        process.stdin.flush()
        yield process
        process.stdin.close()
        assert process.wait(timeout=40) == 0


def at_once_in(processes, share):
    for number, process in enumerate(processes):
        process.stdin.write(f"{number * share} {share}\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout.readline() == "done\n"


def in_hand():
    """Count the conversations of each holder; None holds what waits."""
    db.session.rollback()
    rows = select(Conversation.assignee_id, func.count()).group_by(Conversation.assignee_id)
    return Counter(dict(db.session.execute(rows).all()))


def given_twice():
    """Return the conversations that were given to somebody more than once."""
    rows = select(Assignment.conversation_id).group_by(Assignment.conversation_id)
    return list(db.session.scalars(rows.having(func.count() > 1)))


def test_with_room_for_all_everybody_has_the_same(desk, ten, offer, full):
    total = 1000 if full else 200
    groups.change(ten, capacity=total // AGENTS, by=None, now=START)
    commit()
    offer(total)
    held = in_hand()
    assert held.pop(None, 0) == 0
    assert len(held) == AGENTS
    assert all(abs(count - total // AGENTS) <= 1 for count in held.values())
    assert given_twice() == []
    placed = select(func.count()).where(RoutingDecision.agent_id.is_not(None))
    assert db.session.scalar(placed) == total


def test_without_room_for_all_the_rest_waits(desk, ten, offer, full):
    total, capacity = (1000, 5) if full else (200, 2)
    groups.change(ten, capacity=capacity, by=None, now=START)
    commit()
    offer(total)
    held = in_hand()
    assert held.pop(None) == total - AGENTS * capacity
    assert set(held.values()) == {capacity}
    assert len(held) == AGENTS
    assert given_twice() == []


def test_of_two_who_route_and_one_who_takes_one_wins(app, desk, wallet, ten):
    groups.set_members(ten, (), by=None, now=START)
    waiting = [arrive(wallet, number).id for number in range(6)]
    groups.set_members(ten, [desk.mei, desk.ken], by=None, now=START)
    commit()
    sun_id = desk.sun.id

    def route(conversation):
        routing.route(conversation, now=START, trigger="test")

    def take(conversation):
        by = db.session.get_one(Agent, sun_id)
        with suppress(AlreadyTaken):
            conversations.take(conversation, by=by, now=START)

    at_once(app, (route, waiting), (route, waiting), (take, waiting[::-1]))
    routing.drain(db.session.get_one(Group, ten.id), now=START)
    commit()
    held = in_hand()
    assert held.pop(None, 0) == 0
    assert held.total() == len(waiting)
    assert given_twice() == []


def at_once(app, *jobs):
    """Do each verb with each of its conversations, all verbs at the same time."""
    db.session.remove()
    barrier = Barrier(len(jobs))

    def work(verb, ids):
        with app.app_context():
            barrier.wait()
            for conversation_id in ids:
                verb(db.session.get_one(Conversation, conversation_id))
                commit()

    threads = [Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
