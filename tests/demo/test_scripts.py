"""Scripted customers: they begin, wait for an answer, and answer it."""

from itertools import count

import pytest

from support.demo.customers import FIRST_LIVE
from support.demo.scripts import FIRST_SCENES, UNANSWERED, Actor, Troupe
from support.demo.team import PROJECTS

answers = count(10_000)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bots(control):
    for project in PROJECTS:
        control.create_bot(project.username, project.bot_name, project.token)


@pytest.fixture
def actor(control, bots, clock, tmp_path):
    actor = Actor(control, 0, clock, tmp_path)
    actor.enter()
    return actor


def live(actor, clock, beats=60):
    """Let time go by, two seconds a beat, until he has nothing more to do."""
    for _ in range(beats):
        clock.now += 2
        if not actor.beat():
            return False
    return True


def said(control, actor):
    return [m["text"] for m in control.chat(actor.chat)["messages"] if m["from"] == "customer"]


def answer(control, actor, text="One moment, please."):
    number = next(answers)
    reply = {
        "id": number,
        "customer": actor.who.telegram_id,
        "out": True,
        "text": text,
        "date": 1_700_000_000,
        "picture": None,
    }
    control.remember(actor.project.bot_id, number, [reply], [])


def test_he_writes_first_and_then_waits(control, actor, clock):
    assert live(actor, clock)
    first = said(control, actor)
    assert len(first) == sorted(actor.starts)[1]
    assert live(actor, clock)
    assert said(control, actor) == first


def test_he_answers_an_answer_some_seconds_later(control, actor, clock):
    live(actor, clock)
    before = said(control, actor)
    answer(control, actor)
    actor.beat()
    assert said(control, actor) == before
    live(actor, clock)
    assert len(said(control, actor)) > len(before)


def test_he_goes_when_everything_is_said(control, actor, clock):
    for _ in range(12):
        here = live(actor, clock)
        answer(control, actor)
    assert not here
    assert len(said(control, actor)) == len(actor.lines)


def test_he_goes_when_he_has_blocked_the_bot(control, actor, clock):
    live(actor, clock)
    control.block(actor.chat)
    assert not actor.beat()


def test_no_more_than_a_dozen_wait_at_once(control, bots, clock, tmp_path):
    troupe = Troupe(control, tmp_path, clock)
    for _ in range(40):
        clock.now += 100
        troupe.beat()
    assert len(troupe.actors) == UNANSWERED
    assert len(control.customers()) == UNANSWERED


def test_the_first_customers_say_what_the_desk_reacts_to(control, bots, clock, tmp_path):
    for number, name in FIRST_SCENES.items():
        actor = Actor(control, number, clock, tmp_path)
        assert (actor.scene.name, actor.scene.language) == (name, actor.who.language)
        assert actor.project.key in actor.scene.projects


def test_a_restart_brings_nobody_twice(control, bots, clock, tmp_path):
    troupe = Troupe(control, tmp_path, clock)
    for _ in range(5):
        clock.now += 100
        troupe.beat()
    again = Troupe(control, tmp_path, clock)
    again.beat()
    assert [actor.number for actor in again.actors] == [0, 1, 2, 3, 4, 5]
    assert {one["id"] for one in control.customers()} == {FIRST_LIVE + n for n in range(6)}
