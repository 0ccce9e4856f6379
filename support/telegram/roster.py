"""The roster: which bots this worker runs, by the projects there are and the leases it holds."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis import RedisError
from redis.asyncio import Redis
from sqlalchemy import select

from support.config import Settings
from support.db import commit, db, reading
from support.models import Project
from support.queue import OUTBOX
from support.telegram import lease
from support.telegram.books import Books, patiently
from support.telegram.bot import Bot

if TYPE_CHECKING:
    from flask import Flask

SWEEP_SECONDS = 5.0
SOON_SECONDS = 1.0  # while Redis does not say whose a bot is
REDIS_REST = 0.3
RELEASE_SECONDS = 0.5
LISTEN_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A bot that should run somewhere; `token` tells a new one from the old one."""

    project_id: int
    bot_id: int
    token: str


@dataclass(slots=True)
class Running:
    """A bot that runs here, and when its lease was last known to be ours."""

    entry: Entry
    bot: Bot
    task: asyncio.Task[None]
    held_at: float


class Roster:
    """The bots of one worker."""

    def __init__(self, app: Flask, settings: Settings, pool: Executor, owner: str) -> None:
        self._app, self._settings, self._pool = app, settings, pool
        self._redis = Redis.from_url(
            settings.redis_url, socket_connect_timeout=2, socket_timeout=2, health_check_interval=15
        )
        self._leases = lease.Leases(self._redis, owner)
        self._trust = lease.trust(settings.redis_url)
        self._running: dict[int, Running] = {}
        self._stirred = asyncio.Event()
        self._is_sure = True

    async def run(self) -> None:
        """Keep the roster until cancelled; then let everything go."""
        listening = asyncio.ensure_future(self._listen())
        try:
            while True:
                self._stirred.clear()
                await self._sweep()
                with suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP_SECONDS if self._is_sure else SOON_SECONDS):
                        await self._stirred.wait()
        finally:
            listening.cancel()
            await self._stop(*self._running)
            await self._redis.aclose()

    async def _sweep(self) -> None:
        """Compare who should run with who runs; nothing that fails here ends the worker."""
        self._is_sure = True
        try:
            wanted = await patiently(self._pool, self._wanted)
            await self._stop(*(self._running.keys() - wanted.keys()))
            await asyncio.gather(*(self._keep(entry) for entry in wanted.values()))
        except Exception:
            log.exception("the roster could not be gone through")

    def _wanted(self) -> dict[int, Entry]:
        with reading(), self._app.app_context():
            rows = db.session.execute(
                select(Project.id, Project.bot_id, Project.token_sealed).where(
                    Project.disabled_at.is_(None)
                )
            )
            return {row.id: Entry(*row) for row in rows}

    async def _keep(self, entry: Entry) -> None:
        """Start a bot whose lease we have, stop one whose lease we lost."""
        running = self._running.get(entry.project_id)
        if not await self._is_ours(entry, running):
            await self._stop(entry.project_id)
        elif running is None or running.task.done() or running.entry != entry:
            await self._stop(entry.project_id, release=False)
            await self._start(entry)

    async def _is_ours(self, entry: Entry, running: Running | None) -> bool:
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        try:
            ours = await self._leases.hold(entry.project_id)
        except (RedisError, OSError):
            self._is_sure = False
            return running is not None and loop.time() - running.held_at < self._trust
        if running is not None and ours:
            running.held_at = asked_at
        return ours

    async def _start(self, entry: Entry) -> None:
        fence = await patiently(self._pool, lambda: self._next_fence(entry))
        bot = Bot(Books(self._app, self._pool, entry.project_id, fence), self._settings)
        task = asyncio.ensure_future(self._run(entry, bot))
        now = asyncio.get_running_loop().time()
        self._running[entry.project_id] = Running(entry, bot, task, now)

    def _next_fence(self, entry: Entry) -> int:
        with self._app.app_context():
            fence = lease.next_fence(db.session.get_one(Project, entry.project_id))
            commit()
            return fence

    async def _run(self, entry: Entry, bot: Bot) -> None:
        """Run a bot; the next sweep looks after one that was taken from us."""
        try:
            await bot.run()
        except Exception as error:  # noqa: BLE001 - the task ends, the sweep sees it
            log.warning("bot of project %s is let go: %r", entry.project_id, error)

    async def _stop(self, *project_ids: int, release: bool = True) -> None:
        ended = [self._running.pop(number) for number in project_ids if number in self._running]
        for running in ended:
            running.task.cancel()
        await asyncio.gather(*(running.task for running in ended), return_exceptions=True)
        if release:
            await asyncio.gather(*(self._release(running) for running in ended))

    async def _release(self, running: Running) -> None:
        """Let a bot's lease go; a Redis that does not answer ends it in a while by itself."""
        with suppress(RedisError, OSError):
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._leases.release(running.entry.project_id)

    async def _listen(self) -> None:
        """Hear signals, for ever; after a silence every bot looks for itself."""
        while True:
            try:
                await self._hear_all()
            except (RedisError, OSError):
                await asyncio.sleep(REDIS_REST)
            except (ValueError, TypeError, AttributeError):
                log.exception("a signal could not be understood")

    async def _hear_all(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await subscribed(pubsub.subscribe(OUTBOX))
            self._wake_all()
            while True:
                message = await pubsub.get_message(timeout=LISTEN_SECONDS)
                if message is not None:
                    self._hear(message["data"])

    def _wake_all(self) -> None:
        for running in self._running.values():
            running.bot.hear({})
        self._stirred.set()

    def _hear(self, raw: Any) -> None:
        signal: Any = json.loads(raw)
        running = self._running.get(signal.get("project"))
        if running is None:
            self._stirred.set()
        else:
            running.bot.hear(signal)


async def subscribed(answer: Awaitable[None]) -> None:
    """Wait for a subscription, which the library's types do not tell as such."""
    await answer
