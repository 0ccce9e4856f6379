"""A desk of its own for each test, with every trigger of the audit log, on both databases."""

import contextlib

import pytest
from sqlalchemy import create_engine, text

from support import audit, events, factory
from support.db import commit, db, reading
from support.models import EventKind, Workspace
from tests.conftest import postgres_wanted, settings_for
from tests.factories import START, Desk


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres_wanted)])
def guarded(request, tmp_path, redis_url):
    """Build an application over tables of its own."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        url = server.url(server.create())
    app = factory.build(settings_for(tmp_path, url, redis_url))
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def team(guarded):
    """Found the desk, in an application context of its own."""
    with guarded.app_context():
        db.session.add(Workspace(name="Harbour", timezone="UTC", language="en", created_at=START))
        desk = Desk.founded(guarded.config["SETTINGS"])
        commit()
        yield desk
        db.session.rollback()


@pytest.fixture
def log(guarded, team):
    """Give ten deeds, sealed; the texts in them are Mei's names."""
    return Log(guarded, team)


class Log:
    """The log under test, and an intruder with the database in his hands."""

    def __init__(self, app, desk):
        self.url = factory.database_url(app.config["SETTINGS"].database_url)
        self.desk = desk
        seal()
        self.first = audit.state().number
        for number in range(10):
            facts = {"changed": {"name": [f"Mei {number}", {"deep": [number, "x", None, True]}]}}
            events.record(EventKind.AGENT_CHANGED, by=desk.mei, now=START, agent=1, **facts)
        seal()
        db.session.rollback()

    def break_in(self, *statements, **values):
        """Run statements past the desk, with no trigger in the way."""
        db.session.rollback()
        engine = create_engine(self.url)
        with disposing(engine), engine.connect() as connection:
            if connection.dialect.name == "sqlite":  # before the transaction, which ignores it
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
            for name in triggers(connection):
                connection.execute(text(f"DROP TRIGGER {name}"))
            if connection.dialect.name != "sqlite":
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)
            connection.commit()

    def heads(self):
        """Return the chain's last link as a head kept outside."""
        state = audit.state()
        return [f'{{"day": "2026-11-02", "number": {state.number}, "chain": "{state.chain}"}}']


def seal():
    commit()
    while audit.seal():
        commit()
    commit()


@contextlib.contextmanager
def disposing(engine):
    try:
        yield
    finally:
        engine.dispose()


def triggers(connection):
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = (
            "SELECT tgname || ' ON ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
        )
    return list(connection.scalars(text(found)))


def verified(heads=()):
    db.session.rollback()
    with reading():
        found = audit.verify(heads)
    db.session.rollback()
    return found
