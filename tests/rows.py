"""Emptying the tables and putting the known desk back: in the database itself, in one go.

Both are done for every test. Row by row, founding the desk took ten times as long as a test.
"""

import sqlite3
from pathlib import Path

import psycopg

from support.db import db
from support.models.audit import LOG


def rows_of(database_url: str):
    """Return the rows of this database: SQLite's or PostgreSQL's."""
    if database_url.startswith("sqlite"):
        return OnSQLite(Path(database_url.removeprefix("sqlite:///")))
    return OnPostgres(database_url.replace("+psycopg", ""))


class Rows:
    """A connection of its own, which minds no foreign keys; what it keeps has a schema's name.

    The role's own name is none: PostgreSQL would look there first.
    """

    def __init__(self):
        self.kept = {}

    def wipe(self):
        """Delete all rows."""
        self.run(f"DELETE FROM {table}" for table in tables())

    def keep(self, name):
        """Keep a copy of all rows."""
        self.open(name)
        self.kept[name] = [table for table in tables() if self.has_rows(table)]
        self.run(
            f"CREATE TABLE {name}.{table} AS SELECT * FROM {table}" for table in self.kept[name]
        )

    def put_back(self, name):
        """Write into the empty tables what was kept; whether there is anything."""
        kept = self.kept.get(name, ())
        # What waits for the audit log's sealer may be there already: SQLite's trigger wrote it.
        again = "WHERE true ON CONFLICT DO NOTHING"
        self.run(f"INSERT INTO {table} SELECT * FROM {name}.{table} {again}" for table in kept)
        return bool(kept)

    def has_rows(self, table):
        return self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


class OnSQLite(Rows):
    def __init__(self, path):
        super().__init__()
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        self.connection.execute("PRAGMA synchronous=OFF")

    def unguard(self):
        """Let rows of the audit log be wiped: tests/audit has databases with every trigger."""
        self.run(f"DROP TRIGGER {table}_removed" for table in LOG)

    def open(self, name):
        self.connection.execute(f"ATTACH ':memory:' AS {name}")

    def run(self, statements):
        self.connection.executescript(";".join(("BEGIN IMMEDIATE", *statements, "COMMIT")))

    def close(self):
        self.connection.close()


class OnPostgres(Rows):
    def __init__(self, url):
        super().__init__()
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")

    def unguard(self):
        """Nothing: no trigger asks a replica."""

    def open(self, name):
        self.connection.execute(f"CREATE SCHEMA {name}")

    def run(self, statements):
        self.connection.execute(";".join(statements))

    def close(self):
        self.connection.close()


def tables():
    """Name all tables, children first."""
    return [f'"{table.name}"' for table in reversed(db.metadata.sorted_tables)]
