"""Migrations: they make exactly the tables of the models, and can be taken back."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, inspect, text

from support import factory
from support.db import db
from tests.conftest import postgres_wanted

TYPE = """
import sys
from flask.cli import main
for line in sys.argv[1:]:
    try:
        sys.argv = ["flask", "--app", "app", *line.split()]
        main()
    except SystemExit as end:
        assert not end.code, line
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres_wanted)])
def empty_database(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server = request.getfixturevalue("postgres")
    return server.url(server.create())


def flask(database, folder, *lines):
    """Give these commands to one process, as if each had been typed."""
    environment = os.environ | {"DATABASE_URL": database, "SWITCHBOARD_DATA": str(folder)}
    command = [sys.executable, "-c", TYPE, *lines]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]


def tables(database):
    engine = create_engine(factory.database_url(database))
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def guards(database):
    """Return what the log's triggers are made of, spaces aside."""
    engine = create_engine(factory.database_url(database))
    asked = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
        "UNION SELECT prosrc FROM pg_proc WHERE proname LIKE 'audit_%'",
    }
    with engine.connect() as connection:
        found = connection.scalars(text(asked[connection.dialect.name])).all()
    engine.dispose()
    return sorted(" ".join(one.split()) for one in found)


def made_at_once(database):
    """Make all tables of the models here."""
    engine = create_engine(factory.database_url(database))
    db.metadata.create_all(engine)
    engine.dispose()


def test_the_triggers_are_those_of_the_models(empty_database, tmp_path):
    flask(empty_database, tmp_path, "db upgrade")
    migrated = guards(empty_database)
    flask(empty_database, tmp_path, "db downgrade base")
    made_at_once(empty_database)
    assert migrated == guards(empty_database) != []


def test_up_leaves_nothing_to_migrate_and_down_leaves_nothing(empty_database, tmp_path):
    flask(empty_database, tmp_path, "db upgrade", "db check")
    assert "conversation" in tables(empty_database)
    flask(empty_database, tmp_path, "db downgrade base")
    assert tables(empty_database) <= {"alembic_version"}
