"""The worker as a process: it performs jobs, outlives its Redis, and ends when it is asked to."""

import os
import signal
import subprocess
import sys
import time

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

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


def performed():
    """Ask for a job that finds nothing to draw, and wait until it is done."""
    queue = Queue("jobs", connection=wire.redis, serializer=JSONSerializer)
    job = queue.enqueue("support.jobs.preview", 1)
    until(job.latest_result, seconds=20)
    assert job.latest_result().type.name == "SUCCESSFUL", job.latest_result().exc_string


def test_jobs_are_performed_also_after_the_redis_was_killed(stack, jobs):
    performed()
    stack.kill_valkey()
    stack.start_valkey()
    performed()
    assert jobs.poll() is None


def test_a_worker_ends_at_once_when_asked(stack, jobs):
    performed()
    assert ended_in(jobs) < 3


def test_a_worker_ends_without_its_redis(stack, jobs):
    performed()
    stack.kill_valkey()
    assert ended_in(jobs) < 3
    stack.start_valkey()


def test_a_telegram_worker_ends_at_once_when_asked(stack):
    project = stack.make_bot("Ending")
    (customer,) = stack.make_customers(1)
    stack.start_worker()
    stack.say(project, customer, "hello")
    until(lambda: stack.texts(customer), seconds=20)
    assert ended_in(stack.worker) < 3


def ended_in(process):
    started = time.monotonic()
    process.terminate()
    assert process.wait(10) == 0
    return time.monotonic() - started


def test_a_worker_without_a_name_says_how_it_is_called():
    done = subprocess.run(
        [sys.executable, str(ROOT / "worker.py")],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "usage: worker.py telegram|jobs\n")
