"""The bedrock: bells ring after the commit, readers cannot write, instants are UTC."""

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from support import pings, statements
from support.db import commit, db, reading, ring, run
from support.models import Agent, Workspace
from tests.factories import START


def test_a_bell_rings_after_the_commit(desk):
    heard = []
    ring(lambda: heard.append("ding"))
    assert heard == []
    commit()
    assert heard == ["ding"]


def test_a_bell_rings_once(desk):
    heard = []
    ring(lambda: heard.append("ding"))
    commit()
    commit()
    assert heard == ["ding"]


def test_no_bell_rings_after_a_rollback(desk):
    heard = []
    db.session.execute(select(Agent.id))
    ring(lambda: heard.append("ding"))
    db.session.rollback()
    commit()
    assert heard == []


def test_a_bell_finds_what_was_committed(desk, engine):
    desk.mei.name = "Mei Lin"
    found = []

    def look():
        with engine.connect() as other:
            found.append(other.execute(text("SELECT name FROM agent WHERE name LIKE 'Mei%'")))
            found[:] = [row[0] for row in found[0]]

    ring(look)
    commit()
    assert found == ["Mei Lin"]


def test_a_reader_cannot_write(app, desk):
    db.session.commit()
    with reading(), pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE agent SET name = 'nobody'"))
    db.session.rollback()
    db.session.execute(text("UPDATE agent SET name = 'somebody'"))


def test_a_naive_instant_is_refused(desk):
    desk.mei.created_at = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        db.session.flush()
    db.session.rollback()


def test_an_instant_of_another_zone_comes_back_as_the_same_instant(desk):
    desk.mei.created_at = START.astimezone(timezone(timedelta(hours=8)))
    db.session.commit()
    db.session.expire_all()
    assert desk.mei.created_at == START
    assert desk.mei.created_at.tzinfo == UTC


def test_rows_are_still_there_after_a_commit_without_a_new_query(desk):
    workspace = db.session.scalar(select(Workspace))
    db.session.commit()
    assert workspace.name == "Harbour"
    assert not db.session.registry().in_transaction()


def test_a_reader_keeps_to_the_connection_of_a_running_transaction(desk):
    desk.mei.name = "Mei Lin"
    db.session.flush()
    with reading():
        assert db.session.scalar(select(Agent.name).where(Agent.id == desk.mei.id)) == "Mei Lin"
    db.session.rollback()


def test_a_connection_serves_readers_and_writers_in_turn(desk):
    db.session.commit()
    for _ in range(2):
        with reading(), db.engine.connect() as one, pytest.raises(DBAPIError):
            one.execute(text("UPDATE agent SET name = 'nobody'"))
        with db.engine.begin() as one:
            one.execute(text("UPDATE agent SET name = 'somebody'"))


def test_what_readers_ask_stays_prepared(desk):
    """PostgreSQL plans a statement anew each time unless it was prepared."""
    db.session.commit()
    with reading():
        for _ in range(7):
            db.session.scalar(select(Agent.id).where(Agent.name == "Mei"))
            db.session.close()
        if db.engine.dialect.name == "postgresql":
            prepared = text("SELECT statement FROM pg_prepared_statements")
            assert "agent.name" in str(db.session.scalars(prepared).all())
        db.session.close()


def test_a_reader_whose_statement_failed_leaves_a_good_connection(desk):
    db.session.commit()
    with reading():
        with pytest.raises(DBAPIError):
            db.session.execute(text("SELECT nothing"))
        db.session.close()
        assert db.session.scalar(select(Agent.id).where(Agent.id == desk.mei.id)) == desk.mei.id
        db.session.close()


def test_a_connection_that_died_while_idle_is_replaced(desk, monkeypatch):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has nobody who could hang up")
    monkeypatch.setattr(pings, "IDLE", 0.0)
    commit()
    db.session.execute(select(Agent.id))
    mine = text("SELECT pg_backend_pid()")
    pid = db.session.scalar(mine)
    db.session.remove()
    with psycopg.connect(
        db.engine.url.set(drivername="postgresql").render_as_string(False)
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert db.session.scalar(mine) != pid


def test_a_statement_is_compiled_once_whatever_its_values(desk):
    named = select(Agent.name).where(Agent.id == bindparam("agent"))
    names = [run(named, {"agent": agent.id}).scalar() for agent in (desk.mei, desk.sun)]
    assert names == [desk.mei.name, desk.sun.name]
    assert len(statements.kept(named)["compiled_cache"]) == 1
