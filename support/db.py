"""The database: one session, one way to commit, and the bells that ring after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from weakref import WeakKeyDictionary

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    JSON,
    BigInteger,
    Engine,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, mapped_column, registry
from sqlalchemy.sql import Executable

from support import statements
from support.instants import UTCDateTime

Bell = Callable[[], object]
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")

_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
_reads: ContextVar[bool] = ContextVar("reads", default=False)


Big = BigInteger().with_variant(Integer, "sqlite")

# Common columns have a word, so that a model reads as a table of facts.
primary_key = Annotated[int, mapped_column(Big, primary_key=True)]
big = Annotated[int, mapped_column(Big)]
word = Annotated[str, mapped_column(String(32))]
line = Annotated[str, mapped_column(String(255))]


CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can find them."""

    registry = registry(
        metadata=MetaData(naming_convention=CONVENTION),
        type_annotation_map={datetime: UTCDateTime, dict[str, Any]: JSON, list[Any]: JSON},
    )


class TwoLanes(FlaskSession):
    """Readers have connections of their own where their engine has readers."""

    def get_bind(self, *_args: object, **_others: object) -> Engine:
        """Return the engine of the running transaction, else that of the next one."""
        if "connection" in self.info:
            return self.info["connection"].engine
        engine = db.engine
        return _readers.get(engine, engine) if _reads.get() else engine

    def close(self) -> None:
        """Commit what a reader read: at a rollback psycopg forgets what it has prepared.

        SQLite has nothing to gain by it.
        """
        connection: Connection | None = self.info.get("connection")
        try:
            if connection and connection.dialect.name != "sqlite" and not connection.invalidated:
                _read(connection)
        finally:
            super().close()


def _read(connection: Connection) -> None:
    transaction = connection.get_transaction()
    if connection.info["reads"] and transaction is not None and transaction.is_active:
        transaction.commit()


@event.listens_for(TwoLanes, "after_begin")
def _kept(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    session.info["connection"] = connection


@event.listens_for(TwoLanes, "after_transaction_end")
def _given_back(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("connection", None)


OPTIONS = {"class_": TwoLanes, "expire_on_commit": False}
db = SQLAlchemy(model_class=Base, session_options=OPTIONS)
migrate = Migrate(directory="support/migrations", render_as_batch=True)


def part_readers(engine: Engine, **options: Any) -> None:
    """Give readers connections of their own on SQLite.

    A connection that is told to refuse writes, or to take them again, forgets there every
    statement that it has prepared.
    """
    if engine.dialect.name == "sqlite":
        _readers[engine] = create_engine(engine.url, **options)


@event.listens_for(Engine, "engine_disposed")
def _disposed(engine: Engine) -> None:
    if engine in _readers:
        _readers[engine].dispose()


if TYPE_CHECKING:

    class Model(Base):
        """What every table of ours is."""

        __abstract__ = True
else:
    Model = db.Model


def utcnow() -> datetime:
    """Return this instant, aware and in UTC."""
    return datetime.now(UTC)


@contextmanager
def reading() -> Generator[None]:
    """A transaction begun in here takes no write lock and cannot write."""
    token = _reads.set(True)
    try:
        yield
    finally:
        _reads.reset(token)


@contextmanager
def writing() -> Generator[None]:
    """A transaction begun in here may write, although the one around it reads."""
    token = _reads.set(False)
    try:
        yield
    finally:
        _reads.reset(token)


def is_reading() -> bool:
    """Whether a transaction that begins now may only read."""
    return _reads.get()


@event.listens_for(Engine, "connect")
def _connected(raw: Any, _record: object) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begun(connection: Connection) -> None:
    reads, before = _reads.get(), connection.info.get("reads")
    connection.info["reads"] = reads
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        raw.read_only = reads or None  # travels with BEGIN
        return
    if before is not reads:
        raw.execute(f"PRAGMA query_only={int(reads)}")
    # Through SQLAlchemy, whose error says that the database is busy.
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def by_method(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Wrap the application so that a GET reads and everything else may write."""

    def call(environ: dict[str, Any], start: object) -> Iterable[bytes]:
        token = _reads.set(environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"))
        try:
            return wsgi(environ, start)
        finally:
            _reads.reset(token)

    return call


def run(statement: Executable, values: dict[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement over tables in the session's transaction, at half the price of the session's.

    What the session has not written yet is not seen: flush first where that matters.
    """
    return db.session.connection().execute(
        statement, values, execution_options=statements.kept(statement)
    )


def ring(bell: Bell) -> None:
    """Ask for `bell` to be called once the running transaction is committed."""
    db.session.info.setdefault("bells", []).append(bell)


def commit() -> None:
    """Commit, then ring the bells that the verbs asked for: nothing leaves before."""
    db.session.commit()
    for bell in db.session.info.pop("bells", []):
        bell()


def hush() -> None:
    """Forget the bells asked for so far: history that is written down wakes nobody."""
    db.session.info.pop("bells", None)


@event.listens_for(Session, "after_rollback")
def _silenced(session: Session) -> None:
    session.info.pop("bells", None)
