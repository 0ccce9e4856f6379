"""Presence: online, away, offline, and when; Redis is asked, the rows remember."""

import pytest
from sqlalchemy import select

from support import live, presence, queue, sweeps
from support.db import commit, db
from support.models import Event, EventKind, PresenceInterval
from support.refusals import NotAllowed
from tests.factories import START, later
from tests.shifts import advanced, arrive, gone, here, holders


def intervals(agent):
    rows = select(PresenceInterval).where(PresenceInterval.agent_id == agent.id)
    return [
        (row.state, row.started_at, row.ended_at)
        for row in db.session.scalars(rows.order_by(PresenceInterval.id))
    ]


def test_an_open_page_makes_an_interval(desk, mei):
    here(mei)
    here(mei, now=later(seconds=20))
    assert intervals(mei) == [("online", START, None)]
    assert presence.states([mei, desk.ken], now=START) == {mei.id: "online", desk.ken.id: "offline"}


def test_it_ends_60_seconds_after_the_page_was_last_heard_of(desk, mei):
    here(mei)
    live.seen(mei.id, now=later(seconds=30))
    assert presence.unsettled(now=later(seconds=90)) == []
    assert presence.unsettled(now=later(minutes=5)) == [mei.id]
    sweeps.sweep(later(minutes=5))
    assert intervals(mei) == [("online", START, later(seconds=90))]


def test_logging_out_ends_it_at_once(desk, mei):
    here(mei)
    gone(mei, now=later(seconds=10))
    assert intervals(mei) == [("online", START, later(seconds=10))]


def test_setting_oneself_away_begins_another_interval(desk, mei):
    here(mei)
    presence.set_away(mei, by=mei, now=later(seconds=20))
    presence.set_away(mei, by=mei, now=later(seconds=21))
    presence.come_back(mei, by=mei, now=later(seconds=40))
    commit()
    assert intervals(mei) == [
        ("online", START, later(seconds=20)),
        ("away", later(seconds=20), later(seconds=40)),
        ("online", later(seconds=40), None),
    ]
    rows = select(Event.kind).where(Event.kind.in_((EventKind.AGENT_AWAY, EventKind.AGENT_BACK)))
    assert sorted(db.session.scalars(rows)) == [EventKind.AGENT_AWAY, EventKind.AGENT_BACK]


def test_nobody_sets_a_colleague_away_but_the_desk_itself_does(desk, mei):
    with pytest.raises(NotAllowed):
        presence.set_away(mei, by=desk.sun, now=START)
    with pytest.raises(NotAllowed):
        presence.come_back(mei, by=desk.sun, now=START)
    presence.set_away(mei, by=None, now=START, why="not_accepted")
    assert mei.away_at == START


def test_who_is_away_without_a_page_is_offline(desk, mei):
    presence.set_away(mei, by=mei, now=START)
    assert intervals(mei) == []
    here(mei, now=later(minutes=1))
    assert intervals(mei) == [("away", later(minutes=1), None)]


def test_coming_online_asks_for_what_waits_and_is_told(desk, mei, monkeypatch):
    asked, heard = [], []
    monkeypatch.setattr(queue, "enqueue_now", lambda *job: asked.append(job))
    monkeypatch.setattr(live, "publish", heard.append)
    presence.seen(mei.id, now=START)
    presence.seen(mei.id, now=later(seconds=15))
    assert asked == [("jobs", "support.sweeps.settle", mei.id)]
    sweeps.settle(mei.id, START)
    assert asked[1:] == [("jobs", "support.sweeps.drain_for", mei.id)]
    assert {poke.project for poke in heard} == {None, desk.wallet.id}
    presence.gone(mei.id)
    assert asked[2:] == [("jobs", "support.sweeps.settle", mei.id)]


def test_a_supervisor_who_comes_online_gets_what_waited_for_him(desk, wallet):
    group = advanced(desk)
    conversation = arrive(wallet)
    assert (conversation.group, holders(conversation)) == (group, [None])
    live.seen(desk.sun.id, now=later(minutes=5))
    sweeps.settle(desk.sun.id, later(minutes=5))
    sweeps.drain_for(desk.sun.id, later(minutes=5))
    assert holders(conversation) == ["Sun"]


def test_who_is_back_is_given_what_waits(desk, wallet, monkeypatch):
    asked = []
    advanced(desk)
    here(desk.sun)
    presence.set_away(desk.sun, by=desk.sun, now=START)
    conversation = arrive(wallet)
    monkeypatch.setattr(queue, "enqueue_now", lambda *job: asked.append(job))
    presence.come_back(desk.sun, by=desk.sun, now=START)
    commit()
    assert ("jobs", "support.sweeps.drain_for", desk.sun.id) in asked
    sweeps.drain_for(desk.sun.id, START)
    assert holders(conversation) == ["Sun"]


def test_while_redis_is_gone_nobody_is_declared_offline(desk, mei, monkeypatch):
    here(mei)
    monkeypatch.setattr(live, "last_seen", lambda: None)
    assert presence.unsettled(now=later(hours=1)) == []
    assert presence.settle(mei, now=later(hours=1)) == "online"
    assert intervals(mei) == [("online", START, None)]
