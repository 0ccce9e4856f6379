"""The jobs worker leaves the demonstration's past alone until it is told."""

from itertools import count

from sqlalchemy.exc import OperationalError

from support.demo import waiting


def test_it_waits_until_the_story_is_told(app, monkeypatch):
    told = iter([False, False, True])
    monkeypatch.setattr(waiting, "is_told", lambda: next(told))
    rests = []
    waiting.wait(app, lambda: rests.append(1))
    assert len(rests) == 2


def test_it_ends_with_its_worker(app):
    rests = count()
    waiting.wait(app, lambda: next(rests) == 3)
    assert next(rests) == 4


def test_a_story_that_cannot_be_told_is_waited_for_no_longer(app, monkeypatch, caplog):
    monkeypatch.setattr(waiting, "LOOKS", 2)

    def failing():
        raise OperationalError("select", {}, Exception("locked"))

    monkeypatch.setattr(waiting, "is_told", failing)
    waiting.wait(app, lambda: False)
    assert "waited for no longer" in caplog.text
