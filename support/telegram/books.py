"""The Telegram worker's door to the database: off the loop, fenced, committed once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import psycopg
from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from support.db import commit, db, reading
from support.models import BotState, Project

if TYPE_CHECKING:
    from flask import Flask

T = TypeVar("T")
Deed = Callable[[Project], T]

log = logging.getLogger(__name__)

# SQLite's busy, locked, out of memory, I/O, full, cannot open: each may pass.
PASSING = {5, 6, 7, 10, 13, 14}
FIRST_REST, LONGEST_REST = 0.1, 5.0  # seconds


class Fenced(Exception):
    """Another worker owns this bot now; nothing of ours may be written."""


def threads(database_url: str) -> ThreadPoolExecutor:
    """Return the threads that work on the database: one for SQLite, which has one writer."""
    count = 1 if database_url.startswith("sqlite") else 4
    return ThreadPoolExecutor(count, thread_name_prefix="books")


@dataclass(frozen=True, slots=True)
class Books:
    """What one bot reads and writes, as long as `fence` is the number of its lease."""

    app: Flask
    pool: Executor
    project_id: int
    fence: int

    async def write(self, deed: Deed[T]) -> T:
        """Do `deed` in one transaction; raise `Fenced` and write nothing if the bot was lost.

        A database that is busy or away is waited for, so a deed may run more than once.
        """
        return await patiently(self.pool, lambda: self._write(deed))

    async def read(self, question: Deed[T]) -> T:
        """Answer a question from the database; it cannot write."""
        return await patiently(self.pool, lambda: self._read(question))

    def _write(self, deed: Deed[T]) -> T:
        with self.app.app_context():
            self._claim()
            done = deed(db.session.get_one(Project, self.project_id))
            commit()
            return done

    def _claim(self) -> None:
        """Lock the bot's row, which must still carry our number."""
        ours = db.session.execute(
            update(BotState)
            .where(BotState.project_id == self.project_id, BotState.fence == self.fence)
            .values(fence=self.fence)
            .execution_options(synchronize_session=False)
        )
        if not isinstance(ours, CursorResult) or ours.rowcount != 1:
            raise Fenced

    def _read(self, question: Deed[T]) -> T:
        with reading(), self.app.app_context():
            return question(db.session.get_one(Project, self.project_id))


async def patiently(pool: Executor, work: Callable[[], T]) -> T:
    """Run `work` in the pool, again and again while the database is only busy or away."""
    rest = FIRST_REST
    while True:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except (DBAPIError, PoolTimeoutError) as error:
            if not may_pass(error):
                raise
            log.warning("the database is waited for: %s", type(error).__name__)
        await asyncio.sleep(rest)
        rest = min(rest * 2, LONGEST_REST)


def may_pass(error: Exception) -> bool:
    """Tell a database in trouble from a statement that will never work."""
    if not isinstance(error, DBAPIError):
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in PASSING
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
