"""The audit log: what waits to be linked, the links of the chain, and the daily heads.

The events themselves are the log; triggers on both databases refuse to change or remove any of
these rows, also to whoever comes past the desk.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, ForeignKey, event
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Big, Model, big, line, primary_key, word
from support.models.events import Event

# What erasure leaves as it was: it takes the salt away, and the words that it hid.
FIXED = (
    *("id", "kind", "at", "by_id", "project_id", "customer_id", "conversation_id", "seq"),
    "address",
)


class AuditWaiting(Model):
    """An event that no link holds yet: written by a trigger in the event's own transaction.

    An event that commits late is found here late, and never skipped.
    """

    __tablename__ = "audit_waiting"

    event_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)


class AuditLink(Model):
    """One link of the chain: numbered without a gap, over one event and all links before it."""

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    event_id: Mapped[big] = mapped_column(ForeignKey("event.id"), unique=True)
    digest: Mapped[line]
    chain: Mapped[line]


class AuditHead(Model):
    """The last link of a day of the workspace's zone (`2026-11-02`), as it was told outside."""

    __tablename__ = "audit_head"

    id: Mapped[primary_key]
    day: Mapped[word] = mapped_column(unique=True)
    number: Mapped[big]
    chain: Mapped[line]
    at: Mapped[datetime]


# The tables that only grow, with what is there once in each.
LOG = {
    "event": ("id",),
    "audit_link": ("number", "event_id"),
    "audit_head": ("id", "day"),
}


REFUSES = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in FIXED)
ON_SQLITE = f"""
CREATE TRIGGER event_waits AFTER INSERT ON event
    BEGIN INSERT OR IGNORE INTO audit_waiting (event_id) VALUES (NEW.id); END

CREATE TRIGGER event_changed BEFORE UPDATE ON event
    WHEN NOT (OLD.salt IS NOT NULL AND NEW.salt IS NULL AND {SAME}) {REFUSES}
"""  # noqa: S608 - of words of this file
OLD, NEW = (", ".join(f"{row}.{column}" for column in FIXED) for row in ("OLD", "NEW"))
ON_POSTGRES = f"""
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$

CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO audit_waiting (event_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL; END $$

CREATE TRIGGER event_waits AFTER INSERT ON event
    FOR EACH ROW EXECUTE FUNCTION audit_wait()

CREATE TRIGGER event_changed BEFORE UPDATE ON event
    FOR EACH ROW WHEN (NOT (OLD.salt IS NOT NULL AND NEW.salt IS NULL
    AND ROW({NEW}) IS NOT DISTINCT FROM ROW({OLD}))) EXECUTE FUNCTION audit_refuse()
"""  # noqa: S608 - of words of this file


def triggers(dialect: str) -> list[str]:
    """Return the statements that make the log append-only on this database."""
    on_sqlite = dialect == "sqlite"
    made = (ON_SQLITE if on_sqlite else ON_POSTGRES).strip().split("\n\n")
    for name, keys in LOG.items():
        made += _kept_on_sqlite(name, keys) if on_sqlite else _kept_on_postgres(name)
    return made


def _kept_on_sqlite(table: str, keys: tuple[str, ...]) -> list[str]:
    """`INSERT OR REPLACE` would remove a row without asking the trigger of removals."""
    there = " OR ".join(f"NEW.{key} IN (SELECT {key} FROM {table})" for key in keys)  # noqa: S608 - the same
    made = [
        f"CREATE TRIGGER {table}_removed BEFORE DELETE ON {table} {REFUSES}",
        f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} WHEN {there} {REFUSES}",
    ]
    if table != "event":
        made.append(f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} {REFUSES}")
    return made


def _kept_on_postgres(table: str) -> list[str]:
    refuses = "EXECUTE FUNCTION audit_refuse()"
    acts = "DELETE" if table == "event" else "UPDATE OR DELETE"
    return [
        f"CREATE TRIGGER {table}_removed BEFORE {acts} ON {table} FOR EACH ROW {refuses}",
        f"CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuses}",
    ]


def _guard() -> None:
    """Make the triggers with the tables, and take PostgreSQL's functions away with them."""
    tables = Event.metadata
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(dialect):
            made = DDL(statement).execute_if(dialect=dialect)
            event.listen(tables, "after_create", made)
    for name in ("audit_refuse", "audit_wait"):
        gone = DDL(f"DROP FUNCTION IF EXISTS {name}()").execute_if(dialect="postgresql")
        event.listen(tables, "after_drop", gone)


_guard()
