"""The loop in which all bots of a worker live, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from support.config import Settings
from support.telegram import lease
from support.telegram.books import threads
from support.telegram.roster import Roster

if TYPE_CHECKING:
    from flask import Flask

STOP_SECONDS = 2.5  # after the end was asked for

log = logging.getLogger(__name__)


class Loop:
    """Runs the roster between `start` and `stop`, which a worker calls from its main thread."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._owner, self._lock = lease.identity(settings.data)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._asked_at: float | None = None
        self._thread = threading.Thread(target=self._main, name="telegram", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Ask every bot to end, once, and wait for nothing."""
        if self._asked_at is not None:
            return
        self._asked_at = time.monotonic()
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._task.cancel)

    def stop(self) -> None:
        """End every bot and let its lease go; what is not written in time is repeated later."""
        self.end()
        so_far = time.monotonic() - (self._asked_at or 0.0)
        self._thread.join(max(STOP_SECONDS - so_far, 0.0))
        self._lock.close()

    def _main(self) -> None:
        asyncio.run(self._live())

    async def _live(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._asked_at is not None:
            return
        with threads(self._settings.database_url) as pool:
            roster = Roster(self._app, self._settings, pool, self._owner)
            try:
                await roster.run()
            except asyncio.CancelledError:
                log.info("all bots have ended")
