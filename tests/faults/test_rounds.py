"""The jobs worker's rounds with real processes: who comes online is given what waits, the undone
seconds end, and what a dead worker, Redis or database kept from happening happens after it."""

import http.client
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from support import factory, groups, logins, status
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Project, RoutingDecision, Workspace
from tests import factories, services
from tests.faults.stack import ROOT, Stack
from tests.faults.test_web import Web
from tests.services import until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("rounds")).start()
    with stack.app.app_context():
        db.session.add(Workspace(name="Harbour", created_at=utcnow()))
        factories.Desk.founded(stack.settings)
        wallet = db.session.scalar(db.select(Project))
        groups.create(wallet, "Frontline", strategy="online_first", by=None, now=utcnow())
        commit()
    yield stack
    stack.close()


@pytest.fixture(scope="module")
def web(stack):
    web = Web(stack).start()
    yield web
    web.kill()


@pytest.fixture(autouse=True)
def wire(stack):
    """Let this process ring at the stack's Valkey, whichever test had it before."""
    factory.build(stack.settings)
    factory.wire.redis.flushdb()


@contextmanager
def working(stack):
    """Run a jobs worker."""
    with (stack.folder / "jobs.log").open("ab") as log:
        command = [sys.executable, str(ROOT / "worker.py"), "jobs"]
        process = services.tied(command, signal.SIGTERM, log, env=stack.environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_up():
    until(lambda: factory.wire.redis.scard("rq:workers"), seconds=60)


@contextmanager
def present(stack, web, name):
    """Keep somebody's page open: his stream answers and is read by nobody."""
    cookie = stack.ask(lambda: signed_in(stack, name))
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    with closing(connection):
        connection.request("GET", "/live", headers={"Cookie": cookie})
        assert connection.getresponse().status == 200
        yield


def signed_in(stack, name):
    agent = db.session.scalar(db.select(Agent).where(Agent.name == name))
    secret = logins.start(agent, address="127.0.0.1", browser="test", now=utcnow())
    commit()
    signer = stack.app.session_interface.get_signing_serializer(stack.app)
    return f"switchboard={signer.dumps({'_user_id': secret})}"


def arrives(stack, number):
    """Let a new customer write; give the conversation's number."""

    def written():
        wallet = db.session.scalar(db.select(Project).where(Project.name == "Wallet"))
        message = factories.say(wallet, who=factories.person(number), now=utcnow())
        commit()
        return message.conversation_id

    return stack.ask(written)


def holder(stack, number):
    def held():
        one = db.session.get_one(Conversation, number).assignee
        return one and one.name

    return stack.ask(held)


def test_who_opens_a_page_has_what_waited_within_two_seconds(stack, web, full):
    """Two seconds where the machine is ours; a loaded one is given more."""
    with working(stack):
        waiting = arrives(stack, 1)
        is_up()
        assert holder(stack, waiting) is None
        with present(stack, web, "Mei"):
            until(lambda: holder(stack, waiting) == "Mei", seconds=2 if full else 30)


def test_what_a_killed_worker_left_is_done_by_the_next_one(stack, web):
    with working(stack) as process:
        waiting = arrives(stack, 2)
        is_up()
        process.kill()
        process.wait()
    with present(stack, web, "Ken"):
        factory.wire.redis.delete("rq:queue:jobs")  # as if it had died with the job in hand
        with working(stack), working(stack):
            until(lambda: holder(stack, waiting) == "Ken", seconds=60)
    given = db.select(RoutingDecision).where(
        RoutingDecision.conversation_id == waiting, RoutingDecision.agent_id.is_not(None)
    )
    assert len(stack.ask(lambda: db.session.scalars(given).all())) == 1


def test_a_case_closes_when_its_seconds_are_over_and_nobody_looks(stack):
    with working(stack):
        number = arrives(stack, 3)
        stack.ask(lambda: resolved(number, now=utcnow()))
        clicked = time.monotonic()
        until(lambda: stack.ask(lambda: is_closed(number)), seconds=60)
        assert time.monotonic() - clicked > 4.5


def resolved(number, *, now):
    """Resolve it by Mei, or by whose page the web has not yet seen close, who was given it."""
    conversation = db.session.get_one(Conversation, number)
    mei = db.session.scalar(db.select(Agent).where(Agent.name == "Mei"))
    holder = conversation.assignee or mei
    factories.conversations.take(conversation, by=holder, now=now)
    status.resolve(conversation, by=holder, now=now)
    commit()


def is_closed(number):
    return db.session.get_one(Conversation, number).is_resolved


def test_the_rounds_go_on_after_redis_was_away(stack, web):
    with working(stack) as process:
        is_up()
        stack.kill_valkey()
        waiting = arrives(stack, 4)
        threading.Event().wait(4)  # a sweep meets the dead Redis
        stack.start_valkey()
        with present(stack, web, "Mei"):
            until(lambda: holder(stack, waiting) == "Mei", seconds=60)
        assert process.poll() is None


def test_the_rounds_go_on_after_the_database_was_locked(stack, full):
    if not full:
        pytest.skip("writers wait 10 seconds for each other: with SWITCHBOARD_FULL=1")
    with working(stack):
        is_up()
        number = arrives(stack, 5)
        stack.ask(lambda: resolved(number, now=before()))
        with locked(stack):
            threading.Event().wait(13)
        until(lambda: stack.ask(lambda: is_closed(number)), seconds=60)
    assert "the database is waited for" in (stack.folder / "jobs.log").read_text()


def before():
    """Return an instant whose five seconds are over in a moment."""
    return utcnow() - status.UNDO + timedelta(seconds=1)


@contextmanager
def locked(stack):
    """Be the only one who writes."""
    path = stack.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_worker_ends_while_its_round_waits_for_the_database(stack):
    with working(stack) as process:
        is_up()
        number = arrives(stack, 6)
        stack.ask(lambda: resolved(number, now=before()))
        with locked(stack):
            threading.Event().wait(2.5)  # the case is due, and cannot be closed
            asked = time.monotonic()
            process.terminate()
            assert process.wait(10) == 0
            assert time.monotonic() - asked < 3
    assert not stack.ask(lambda: is_closed(number))
