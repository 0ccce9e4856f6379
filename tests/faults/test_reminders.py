"""Reminders with real processes: two jobs workers, one killed; each stage once, and in time."""

import signal
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support import factory, notices
from support.db import commit, db, utcnow
from support.models import (
    Agent,
    Conversation,
    Notice,
    Project,
    SlaClock,
    SlaReminder,
    StaffMessage,
    Workspace,
)
from support.sla import policies
from support.sla.promise import Asked
from support.sla.stages import Stage
from tests import factories, services
from tests.faults.stack import ROOT, Stack
from tests.services import until

pytestmark = pytest.mark.faults
TARGET = 4
RIGHT = timedelta(seconds=5)
STAGES = (Stage(percent=50, to=("assignee",)), Stage(minutes=0, to=("assignee", "supervisors")))


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("reminders")).start()
    with stack.app.app_context():
        db.session.add(Workspace(name="Harbour", created_at=utcnow()))
        desk = factories.Desk.founded(stack.settings)
        now = utcnow()
        seconds = {("standard", "first_response"): Asked(TARGET)}
        others = {("standard", "resolution"): None}
        policies.change(desk.wallet, targets=seconds | others, stages=STAGES, by=None, now=now)
        code = notices.new_code(desk.mei, desk.wallet, now=now)
        account = notices.Account(6_660_001, "Mei", "en")
        notices.redeem(desk.wallet, f"/link {code}", account, now=now)
        commit()
    yield stack
    stack.close()


def worker(stack):
    """Start a jobs worker, to be killed like any."""
    command = [sys.executable, str(ROOT / "worker.py"), "jobs"]
    with (stack.folder / "jobs.log").open("ab") as log:
        return services.tied(command, signal.SIGTERM, log, env=stack.environment)


def customers_write(stack, count):
    """Let customers have written so that a stage comes every moment of the next seconds."""

    def written():
        wallet = db.session.scalar(select(Project).where(Project.name == "Wallet"))
        mei = db.session.scalar(select(Agent).where(Agent.name == "Mei"))
        first = utcnow() - timedelta(seconds=1)
        for number in range(count):
            at = first + timedelta(seconds=3) * number / count
            who = factories.person(7_000_000 + number)
            said = factories.say(wallet, who=who, now=at)
            case = db.session.get_one(Conversation, said.conversation_id)
            factories.conversations.take(case, by=mei, now=at)
        commit()

    stack.ask(written)


def counted(stack, column):
    return stack.ask(lambda: db.session.scalar(select(func.count(column))))


def test_each_stage_comes_once_and_in_time_though_a_worker_is_killed(stack, full):
    count = 200 if full else 24
    factory.build(stack.settings)
    dying, staying = worker(stack), worker(stack)
    try:
        until(lambda: factory.wire.redis.scard("rq:workers") == 2, seconds=60)
        customers_write(stack, count)
        until(lambda: counted(stack, SlaReminder.id) > count // 3, beat=0.1)
        dying.kill()
        dying.wait()
        until(lambda: counted(stack, SlaReminder.id) == 2 * count, beat=0.1)
        assert staying.poll() is None
    finally:
        for process in (dying, staying):
            process.kill()
            process.wait()
    stack.ask(lambda: settled(count))


def settled(count):
    """Every stage has come once, not before its instant and soon after it, and called its people.

    What came while nobody looked calls once, by its latest stage.
    """
    rows = select(SlaReminder, SlaClock.due_at).join(SlaClock, SlaClock.id == SlaReminder.clock_id)
    came = {(row.clock_id, row.stage): (row.at, due) for row, due in db.session.execute(rows)}
    assert len(came) == 2 * count
    for (_clock, stage), (at, due) in came.items():
        late = at - due + timedelta(seconds=TARGET / 2 if stage == "50%" else 0)
        assert timedelta() <= late <= RIGHT, late
    joined = sum(at == came[clock, "+0"][0] for (clock, stage), (at, _) in came.items()) - count
    calls = db.session.execute(select(Notice.clock_id, Notice.stage, Notice.agent_id)).all()
    assert len(calls) == len(set(calls)) == 3 * count - joined
    messages = [one for one in db.session.scalars(select(StaffMessage.notice_id)) if one]
    assert len(messages) == len(set(messages)) == 2 * count - joined
