"""Whatever falls: every message in is stored once, every message out arrives once and in order."""

import random
import threading

import pytest

from tests.faults.stack import Stack
from tests.faults.traffic import CUSTOMERS, Traffic
from tests.services import until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("faults")).start()
    yield stack
    stack.close()


@pytest.fixture
def counts(full):
    """Kills, and messages in each direction."""
    return (20, 300) if full else (4, 60)


def test_the_worker_is_killed_again_and_again(stack, counts):
    kills, messages = counts
    traffic = Traffic(stack, "Killed")
    stack.start_worker(SWITCHBOARD_UNLIMITED="1")
    traffic.begin()
    chance = random.Random(7)
    for _ in range(kills):
        before = traffic.stored() + traffic.sent()
        traffic.exchanges(messages // kills)
        until(lambda before=before: traffic.stored() + traffic.sent() > before + 2)
        threading.Event().wait(chance.random() * 0.1)
        stack.kill_worker()
        stack.start_worker(SWITCHBOARD_UNLIMITED="1")
    traffic.settle()
    assert stack.worker.poll() is None


@pytest.fixture
def traffic(stack, request):
    if stack.worker is None or stack.worker.poll() is not None:
        stack.start_worker(SWITCHBOARD_UNLIMITED="1")
    traffic = Traffic(stack, request.node.name.removeprefix("test_"))
    traffic.begin()
    yield traffic
    for name, value in stack.town.get("/faults").items():
        if value:
            stack.town.post("/faults", **{name: None})


def test_pushes_are_lost(traffic):
    traffic.stack.town.post("/faults", lose_push={"times": 3, "bot": traffic.bot})
    traffic.exchanges(20)
    traffic.settle()


def test_connections_are_dropped(traffic):
    for _ in range(3):
        traffic.exchanges(5)
        traffic.stack.town.post("/faults", drop_connections=True)
        traffic.exchanges(5)
    traffic.settle()


def test_answers_are_lost(traffic):
    fault = {"method": "messages.SendMessage", "times": 3}
    traffic.stack.town.post("/faults", drop_reply=fault)
    traffic.exchanges(20)
    traffic.settle()


def test_telegram_asks_to_wait(traffic):
    """The first who was answered gets it last: the other chats do not wait for his."""
    wait = {"seconds": 8, "customer": traffic.customers[0], "times": 1}
    traffic.stack.town.post("/faults", flood_wait=wait)
    traffic.exchanges(20)
    traffic.settle()
    reached = dict.fromkeys(entry["chat"] for entry in traffic.ledger())
    assert list(reached)[-1] == traffic.customers[0]


def test_the_valkey_is_killed(traffic):
    traffic.exchanges(5)
    with traffic.stack.redis("away"):
        traffic.exchanges(5)
        until(lambda: traffic.stored() == CUSTOMERS + 10)
    traffic.exchanges(5)
    traffic.settle()
    assert traffic.stack.worker.poll() is None


def test_telegram_itself_is_killed(traffic):
    traffic.exchanges(5)
    traffic.stack.town.stop(9)
    traffic.stack.town.start()
    traffic.exchanges(5)
    traffic.settle()
