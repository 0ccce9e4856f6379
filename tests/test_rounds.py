"""The rounds: one that fails is followed by the next, and one bad move spoils no other."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from support import rounds, status, sweeps
from support.db import commit
from tests.factories import later, person

pytestmark = pytest.mark.one_database


@pytest.fixture
def walked(built, monkeypatch):
    """Walk quickly until the deeds that were given are used up."""
    monkeypatch.setattr(rounds, "BEAT_SECONDS", 0.001)

    def walk(*deeds):
        left, done = list(deeds), threading.Event()

        def deed():
            if not left:
                return done.set()
            raise left.pop(0)

        monkeypatch.setattr(sweeps, "sweep", deed)
        monkeypatch.setattr(sweeps, "finish", deed)
        with rounds.Rounds(built):
            assert done.wait(5)

    return walk


def test_a_round_follows_one_that_failed(walked, caplog):
    busy = OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))
    walked(busy, ValueError("a mistake of ours"))
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [
        ("WARNING", "the database is waited for: database is locked"),
        ("ERROR", "a round failed"),
    ]


def test_a_sweep_comes_every_third_beat(built, monkeypatch):
    monkeypatch.setattr(rounds, "BEAT_SECONDS", 0.001)
    walked, enough = [], threading.Event()

    def noted(name):
        walked.append(name)
        if len(walked) == 6:
            enough.set()

    monkeypatch.setattr(sweeps, "sweep", lambda: noted("sweep"))
    monkeypatch.setattr(sweeps, "finish", lambda: noted("finish"))
    with rounds.Rounds(built):
        assert enough.wait(5)
    assert walked[:6] == ["finish", "finish", "sweep"] * 2


def test_a_move_that_fails_leaves_the_others_theirs(desk, mei, monkeypatch, caplog):
    bad, good = desk.case(holder=mei), desk.case(holder=mei, who=person(5_550_002))
    for case in (bad, good):
        status.resolve(case, by=mei, now=later())
    commit()
    close = status.take_effect

    def closed(case, *, now):
        if case.id == bad.id:
            raise ValueError
        return close(case, now=now)

    monkeypatch.setattr(status, "take_effect", closed)
    sweeps.finish(later(seconds=6))
    assert (bad.status, good.status) == ("open", "resolved")
    assert f"of Conversation {bad.id}" in caplog.text
