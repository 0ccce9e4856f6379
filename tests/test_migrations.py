"""Migrations: they make exactly the tables of the models, and can be taken back."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, inspect

from support import factory
from tests.conftest import postgres_wanted


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres_wanted)])
def empty_database(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server = request.getfixturevalue("postgres")
    return server.url(server.create())


def flask(database, folder, *words):
    environment = os.environ | {"DATABASE_URL": database, "SWITCHBOARD_DATA": str(folder)}
    command = [sys.executable, "-m", "flask", "--app", "app", "db", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return done


def tables(database):
    engine = create_engine(factory.database_url(database))
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_up_leaves_nothing_to_migrate_and_down_leaves_nothing(empty_database, tmp_path):
    flask(empty_database, tmp_path, "upgrade")
    flask(empty_database, tmp_path, "check")
    assert "conversation" in tables(empty_database)
    flask(empty_database, tmp_path, "downgrade", "base")
    assert tables(empty_database) <= {"alembic_version"}
