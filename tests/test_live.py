"""Live pokes: after the commit, ids only, and never to an outsider's ear."""

import pytest

from support import access, conversations, live, messages, transfer
from support.db import commit, db
from tests.factories import START, answer, later, say


@pytest.fixture
def pokes(desk, monkeypatch):
    heard = []
    monkeypatch.setattr(live, "publish", heard.append)
    db.session.commit()
    return heard


def hear(agent, pokes):
    return {name for poke in pokes if access.listener(agent).hears(poke) for name in poke.names}


def test_nothing_leaves_before_the_commit(desk, pokes, wallet):
    say(wallet)
    assert pokes == []
    commit()
    assert pokes


def test_nothing_leaves_after_a_rollback(desk, pokes, wallet):
    say(wallet)
    db.session.rollback()
    commit()
    assert pokes == []


def test_the_queue_is_heard_by_the_project_and_nobody_else(desk, pokes, wallet):
    conversation = db.session.get_one(conversations.Conversation, say(wallet).conversation_id)
    commit()
    for agent in (desk.olga, desk.sun, desk.mei, desk.ken, desk.ada):
        assert f"conversation-{conversation.id}" in hear(agent, pokes)
    assert hear(desk.zoe, pokes) == set()


def test_a_held_conversation_is_heard_by_its_holder_and_watchers(desk, mei, pokes, wallet):
    conversation = desk.case(holder=mei)
    pokes.clear()
    say(wallet, "more")
    commit()
    for agent in (mei, desk.sun, desk.ada, desk.olga):
        assert f"conversation-{conversation.id}" in hear(agent, pokes)
    for agent in (desk.ken, desk.zoe):
        assert hear(agent, pokes) == set()


def test_the_first_agent_hears_of_the_transfer_and_then_nothing(desk, mei, pokes, wallet):
    conversation = desk.case(holder=mei)
    transfer.transfer(conversation, to=desk.ken, by=mei, note="", now=later(minutes=1))
    pokes.clear()
    commit()
    assert f"conversation-{conversation.id}" in hear(mei, pokes)
    pokes.clear()
    say(wallet, "after")
    answer(conversation, by=desk.ken)
    commit()
    assert pokes
    assert hear(mei, pokes) == set()
    assert hear(desk.ken, pokes)


def test_a_hidden_queue_is_not_heard(desk, mei, pokes, wallet):
    wallet.agents_see_queue = False
    say(wallet)
    commit()
    assert hear(mei, pokes) == set()
    assert hear(desk.sun, pokes)


def test_a_poke_survives_the_wire():
    poke = live.Poke(("conversation-4", "desk"), project=3, agents=(1, 2), queue=True, data="x")
    assert live.parse(live.packed(poke).encode()) == poke


def test_presence_lasts_a_minute(desk, mei):
    assert live.seen(mei.id, now=START)
    assert not live.seen(mei.id, now=later(seconds=20))
    assert mei.id in live.online(now=later(seconds=79))
    assert mei.id not in live.online(now=later(seconds=81))
    assert live.seen(mei.id, now=later(seconds=120))


def test_logging_out_ends_presence(desk, mei):
    live.seen(mei.id, now=START)
    live.gone(mei.id)
    assert mei.id not in live.online(now=START)


def test_a_dead_redis_costs_only_the_poke(desk, wallet):
    real = live.wire.redis
    live.wire.bind("redis://127.0.0.1:1/0")
    try:
        message = say(wallet)
        commit()
        assert db.session.get(messages.incoming.Message, message.id)
        assert live.online(now=START) == set()
    finally:
        live.wire._redis = real
