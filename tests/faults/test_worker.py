"""The worker as a process: it performs jobs, outlives its Redis, and ends when it is asked to."""

import os
import signal
import subprocess
import sys
from contextlib import nullcontext

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

import worker
from support import factory
from support.live import wire
from tests import services
from tests.faults.stack import Stack
from tests.services import until
from tests.telegram.local.town import ROOT

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("worker")).start()
    yield stack
    stack.close()


@pytest.fixture
def jobs(stack):
    factory.build(stack.settings)
    with (stack.folder / "jobs.log").open("ab") as log:
        command = [sys.executable, str(ROOT / "worker.py"), "jobs"]
        process = services.tied(command, signal.SIGTERM, log, env=stack.environment)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def telegram(stack):
    stack.start_worker()
    yield stack.worker
    stack.kill_worker()


def performed():
    """Ask for a job that finds nothing to draw, and wait until it is done."""
    queue = Queue("jobs", connection=wire.redis, serializer=JSONSerializer)
    job = queue.enqueue("support.jobs.preview", 1)
    until(job.latest_result)
    assert job.latest_result().type.name == "SUCCESSFUL", job.latest_result().exc_string


def test_jobs_are_performed_also_after_the_redis_was_killed(stack, jobs):
    performed()
    with stack.redis("away"):
        pass
    performed()
    assert jobs.poll() is None


def test_a_worker_ends_at_once_when_asked(stack, jobs):
    performed()
    assert ends_at_once(jobs)


@pytest.mark.parametrize("how", ["away", "silent"])
def test_a_worker_ends_without_its_redis(stack, jobs, how):
    performed()
    with stack.redis(how):
        assert ends_at_once(jobs)


def test_a_worker_ends_when_asked_while_it_signs_on(stack, monkeypatch):
    stop = worker.Stop()
    monkeypatch.setattr(worker.DeskWorker, "subscribe", lambda _worker: stop.ask())
    worker.serve(factory.build(stack.settings), stack.settings, "jobs", stop)


@pytest.mark.parametrize("how", ["there", "away", "silent"])
def test_a_telegram_worker_ends_at_once_when_asked(stack, telegram, how):
    project = stack.make_bot(f"Ending{how}")
    (customer,) = stack.make_customers(1)
    stack.say(project, customer, "hello")
    until(lambda: stack.texts(customer))
    with nullcontext() if how == "there" else stack.redis(how):
        assert ends_at_once(telegram)


def test_a_bot_is_served_though_no_signal_told_of_it(stack, telegram):
    with stack.redis("away"):
        project = stack.make_bot("Unannounced")
        (customer,) = stack.make_customers(1)
        stack.say(project, customer, "hello")
    until(lambda: stack.texts(customer))
    assert telegram.poll() is None


def ends_at_once(process):
    """Ask a process to end: it takes three seconds at most, on a machine that it has for itself."""
    process.terminate()
    return process.wait(9) == 0


def test_a_worker_without_a_name_says_how_it_is_called():
    done = subprocess.run(
        [sys.executable, str(ROOT / "worker.py")],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "usage: worker.py telegram|jobs\n")
