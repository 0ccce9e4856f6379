"""Emptying the tables and putting the known desk back: in the database itself, in one go.

Both are done for every test. Row by row, founding the desk took ten times as long as a test.
"""

import sqlite3
from pathlib import Path

import psycopg

from support.db import db

KEPT = "kept"


def rows_of(database_url: str):
    """Return the rows of this database: SQLite's or PostgreSQL's."""
    if database_url.startswith("sqlite"):
        return OnSQLite(Path(database_url.removeprefix("sqlite:///")))
    return OnPostgres(database_url.replace("+psycopg", ""))


class Rows:
    """A connection of its own, which minds no foreign keys."""

    def __init__(self):
        self.kept = []

    def wipe(self):
        """Delete all rows."""
        self.run(f"DELETE FROM {name}" for name in tables())

    def keep(self):
        """Keep a copy of all rows."""
        self.run(f"CREATE TABLE {KEPT}.{name} AS SELECT * FROM {name}" for name in tables())
        self.kept = [name for name in tables() if self.has_rows(name)]

    def put_back(self):
        """Write into the empty tables what was kept."""
        self.run(f"INSERT INTO {name} SELECT * FROM {KEPT}.{name}" for name in self.kept)

    def has_rows(self, name):
        return self.connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is not None


class OnSQLite(Rows):
    def __init__(self, path):
        super().__init__()
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        self.connection.execute("PRAGMA synchronous=OFF")
        self.connection.execute(f"ATTACH ':memory:' AS {KEPT}")

    def run(self, statements):
        self.connection.executescript(";".join(("BEGIN IMMEDIATE", *statements, "COMMIT")))

    def close(self):
        self.connection.close()


class OnPostgres(Rows):
    def __init__(self, url):
        super().__init__()
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")
        self.connection.execute(f"CREATE SCHEMA {KEPT}")

    def run(self, statements):
        self.connection.execute(";".join(statements))

    def close(self):
        self.connection.execute(f"DROP SCHEMA {KEPT} CASCADE")
        self.connection.close()


def tables():
    """Name all tables, children first."""
    return [f'"{table.name}"' for table in reversed(db.metadata.sorted_tables)]
