"""The live stream: ready first, ids only, to whom they may be told, until the login ends."""

import socket
import threading

import pytest

from support import live, logins, people, transfer
from support import stream as streams
from support.access import listener
from support.db import commit, utcnow
from support.live import Poke, publish
from support.stream import BACKLOG, MOST_OF_ONE_LOGIN, Broker, Stream
from support.views import live as door
from tests import services
from tests.factories import join, later, say


@pytest.fixture
def broker(monkeypatch, web):
    """Give the process an ear of its own, and close its streams afterwards."""
    broker = Broker()
    monkeypatch.setattr(streams, "broker", broker)
    monkeypatch.setattr(door, "broker", broker)
    yield broker
    for stream in broker.streams:
        stream.close()


@pytest.fixture
def listens(broker, web, desk):
    """Give a function that opens a stream for an agent and returns what it says, one by one."""

    def opened(agent):
        secret = logins.start(agent, address="127.0.0.1", browser="x", now=utcnow())
        commit()
        login = logins.find(secret, now=utcnow())
        stream = broker.open(listener(agent), login.id)
        words = door.told(web, stream)
        assert next(words).startswith("event: ready\n")
        services.until(lambda: not broker.deaf)
        while (poke := stream.wait(0.05)) is not None:
            assert poke.names == ("ready",)
        return stream, words, login

    return opened


def heard(words, count=1):
    """Return the next events' names, waiting for them as a browser does."""
    return [next(words).split("\n")[0].removeprefix("event: ") for _ in range(count)]


def hears(stream, poke):
    return stream.ear.hears(poke)


def test_the_stream_says_ready_first_and_is_no_page(broker, as_, desk):
    response = as_(desk.mei).client.get("/live")
    assert response.mimetype == "text/event-stream"
    assert next(response.response).startswith(b"event: ready\ndata: ")
    response.close()
    assert broker.streams == []


def test_nobody_without_a_login_hears_anything(broker, browser):
    refused = browser.get("/live")
    assert refused.status_code == 401
    assert "Location" not in refused.headers


def test_who_is_at_a_page_is_present(broker, as_, desk):
    response = as_(desk.mei).client.get("/live")
    assert desk.mei.id in live.online(now=utcnow())
    response.close()


def test_a_message_reaches_the_holder_with_its_number_and_no_words(listens, desk):
    case = desk.case(holder=desk.mei)
    _, words, _ = listens(desk.mei)
    say(desk.wallet, "SECRET")
    commit()
    said = next(words)
    assert f"event: conversation-{case.id}\n" in said
    assert "event: desk\n" in said
    assert "SECRET" not in said


def test_a_stranger_hears_nothing_of_it(listens, desk, broker):
    desk.case(holder=desk.mei)
    opened = [listens(one) for one in (desk.mei, desk.zoe, desk.ken)]
    mei, zoe, ken = (stream for stream, _, _ in opened)
    say(desk.wallet, "More")
    commit()
    assert mei.wait(5) is not None
    assert zoe.wait(0.2) is None
    assert ken.wait(0.2) is None


def test_who_gave_a_conversation_away_hears_of_that_and_no_more(listens, desk):
    case = desk.case(holder=desk.mei)
    mei, words, _ = listens(desk.mei)
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    commit()
    assert f"conversation-{case.id}" in next(words)
    say(desk.wallet, "Later")
    commit()
    assert mei.wait(0.3) is None


def test_a_login_that_ends_takes_its_stream_along(listens, desk):
    _, words, login = listens(desk.mei)
    logins.end(login, by=desk.mei, now=utcnow())
    commit()
    assert list(words) == []


def test_somebody_who_is_shut_out_hears_no_more(listens, desk):
    _, words, _ = listens(desk.mei)
    people.disable(desk.mei, by=desk.olga, now=utcnow())
    commit()
    assert list(words) == []


def test_a_stream_learns_of_a_new_project_without_a_reload(listens, desk):
    stream, words, _ = listens(desk.zoe)
    poke = Poke(("conversation-1",), project=desk.wallet.id, queue=True)
    assert not hears(stream, poke)
    people.add_member(desk.zoe, desk.wallet, "agent", by=desk.olga, now=utcnow())
    commit()
    assert heard(words) == ["desk"]
    assert hears(stream, poke)


def test_rights_that_were_taken_away_are_gone_with_the_next_poke(listens, desk):
    join(desk.zoe, desk.wallet, "supervisor")
    stream, words, _ = listens(desk.zoe)
    poke = Poke(("conversation-1",), project=desk.wallet.id)
    assert hears(stream, poke)
    people.remove_member(desk.zoe, desk.wallet, by=desk.olga, now=utcnow())
    commit()
    heard(words)
    assert not hears(stream, poke)


def test_a_page_that_does_not_keep_up_is_closed(listens, desk, broker):
    stream, words, _ = listens(desk.mei)
    for _ in range(BACKLOG + 1):
        broker.tell(Poke(("desk",), project=desk.wallet.id, agents=(desk.mei.id,)))
    assert stream.closed.is_set()
    assert list(words) == []


def test_a_browser_that_hangs_up_frees_its_place(broker, desk):
    ours, theirs = socket.socketpair()
    stream = broker.open(listener(desk.mei), 1, ours)
    theirs.close()
    services.until(stream.closed.is_set)
    ours.close()


def test_places_are_counted_per_process_and_per_login(desk):
    few = Broker(most=2)
    few._thread = threading.current_thread()
    assert few.open(listener(desk.mei), 1)
    assert few.open(listener(desk.ken), 2)
    assert few.open(listener(desk.sun), 3) is None
    many = Broker()
    many._thread = threading.current_thread()
    opened = [many.open(listener(desk.mei), 1) for _ in range(MOST_OF_ONE_LOGIN + 1)]
    assert opened[-1] is None
    assert all(opened[:-1])


def test_no_place_is_503_so_that_the_page_asks_by_itself(broker, as_, desk, monkeypatch):
    monkeypatch.setattr(broker, "_most", 0)
    assert as_(desk.mei).get("/live").status_code == 503


def test_a_heartbeat_carries_the_servers_clock_and_keeps_presence(listens, desk, monkeypatch):
    monkeypatch.setattr(door, "HEARTBEAT", 0.05)
    _, words, _ = listens(desk.mei)
    live.gone(desk.mei.id)
    beat = next(words)
    assert beat.startswith("event: beat\ndata: 1")
    assert desk.mei.id in live.online(now=utcnow())


def test_without_redis_pages_look_for_themselves(broker, web, desk, monkeypatch):
    stream = Stream(listener(desk.mei), 1)
    broker._streams.add(stream)
    broker._everyone(streams.READY)
    assert stream.wait(1).names == ("ready",)


def test_what_is_typed_is_told_on_one_line(listens, desk):
    _, words, _ = listens(desk.mei)
    publish(
        Poke(("typing-1",), agents=(desk.mei.id,), project=desk.wallet.id, data="note:A\nevent: x")
    )
    assert next(words) == "event: typing-1\ndata: note:A event: x\n\n"


def test_who_asks_for_the_head_alone_opens_no_stream(broker, as_, desk):
    answer = as_(desk.mei).client.head("/live")
    assert answer.status_code == 200
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert broker.streams == []
