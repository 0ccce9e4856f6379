"""The demonstration's thread: it founds, writes, plays, and ends when told to."""

import sys
from dataclasses import replace

from sqlalchemy import func, select

from support.db import commit, db
from support.demo import start as starting
from support.demo.start import start
from support.models import Project
from tests.factories import make_agent
from tests.services import until


def test_it_founds_and_stops_cleanly(app, demo, monkeypatch):
    monkeypatch.setattr(starting, "HISTORY", (sys.executable, "-c", "pass"))
    demonstration = start(app, replace(demo, demo_scripts=False))
    until(lambda: not demonstration.thread.is_alive(), seconds=20)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Project)) == 2
    demonstration.stop()


def test_customers_write_unless_they_are_told_to_be_quiet(app, demo, control, monkeypatch):
    monkeypatch.setattr(starting, "HISTORY", (sys.executable, "-c", "pass"))
    monkeypatch.setattr(starting, "BEAT", 0.02)
    demonstration = start(app, demo)
    until(control.customers, seconds=20)
    demonstration.stop()
    assert not demonstration.thread.is_alive()


def test_it_ends_while_the_history_is_being_written(app, demo, monkeypatch):
    sleeping = (sys.executable, "-c", "import signal; signal.pause()")
    monkeypatch.setattr(starting, "HISTORY", sleeping)
    demonstration = start(app, demo)
    until(lambda: demonstration.child, seconds=20)
    demonstration.stop()
    assert demonstration.child.returncode is not None
    assert not demonstration.thread.is_alive()


def test_a_desk_of_others_gets_no_visitors(app, demo, control):
    with app.app_context():
        make_agent("Olga", role="owner")
        commit()
    demonstration = start(app, demo)
    assert demonstration.thread is None
    assert control.bots() == []
    demonstration.stop()
