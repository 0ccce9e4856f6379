"""One bot in this worker: logged in, hearing, speaking, and brought back when it falls."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support import projects
from support.config import Settings
from support.models import Project
from support.telegram import condition, verdicts, vitals
from support.telegram.apply import Round
from support.telegram.books import Books, Fenced
from support.telegram.client import BotClient, logged_in
from support.telegram.errands import Errands
from support.telegram.media import Fetcher
from support.telegram.post import Post
from support.telegram.pump import Pump
from support.telegram.sender import Sender
from support.telegram.storage import BotStorage
from support.telegram.tasks import first_end

# Between two lives. A login by the token is asked for more and more rarely.
RESTS = (0.5, 1.0, 2.0, 5.0, 10.0)
LOGIN_RESTS = (0.0, 5.0, 30.0, 120.0, 600.0)
TOKEN_SECONDS = 600.0
STEADY_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What works on one login."""

    sender: Sender
    fetcher: Fetcher
    errands: Errands

    def heard(self, done: Round) -> None:
        """The pump has stored a round: what it accepted is sent, what it brought is fetched."""
        self.sender.accepted(done.accepted)
        self.fetcher.bring(done.fetch)


class Bot:
    """A project's bot, as long as this worker owns it."""

    def __init__(self, books: Books, settings: Settings) -> None:
        self._books, self._settings = books, settings
        self._parts: Parts | None = None
        self._falls = self._logins = 0

    def hear(self, signal: dict[str, Any]) -> None:
        """Do what a signal of the web or of another worker asks for; a sleeper hears nothing."""
        if self._parts is None:
            return
        if "fetch" in signal:
            self._parts.fetcher.want([int(signal["fetch"])])
        elif "typing" in signal:
            self._parts.errands.agent_types(int(signal["typing"]))
        elif "risk" in signal:
            self._parts.errands.relist()
        else:
            self._parts.sender.wake()

    async def run(self) -> None:
        """Live again and again until the bot is taken from us."""
        loop = asyncio.get_running_loop()
        while True:
            born = loop.time()
            try:
                await self._live()
            except Fenced:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, the bot comes back
                was_steady = loop.time() - born > STEADY_SECONDS
                await asyncio.sleep(await self._fallen(error, was_steady=was_steady))

    async def _fallen(self, error: Exception, *, was_steady: bool) -> float:
        """Note why the bot fell and return the seconds until its next try.

        A steady bot that loses its connection once is no news.
        """
        log.warning("bot of project %s fell: %r", self._books.project_id, error)
        if was_steady:
            self._falls = self._logins = 0
        self._falls += 1
        rest = RESTS[min(self._falls, len(RESTS)) - 1]
        if verdicts.is_fatal(error):
            await BotStorage(self._books, self._settings).delete()
            rest = LOGIN_RESTS[min(self._logins, len(LOGIN_RESTS) - 1)]
            self._logins += 1
        reason = condition.reason(error)
        if not was_steady or reason != condition.UNREACHABLE:
            await condition.trouble(self._books, reason)
        if reason == condition.BAD_TOKEN:
            return TOKEN_SECONDS
        return max(rest, verdicts.flood_seconds(error) or 0)

    async def _live(self) -> None:
        """Log in, catch up, and work until something ends it."""
        storage = BotStorage(self._books, self._settings)
        token, since = await self._books.read(self._papers)
        async with logged_in(self._settings, storage, token) as client:
            await storage.save()
            await first_end(self._serve(client, since), client.ended())

    async def _serve(self, client: BotClient, since: datetime) -> None:
        pump = Pump(client, self._books)
        client.arrived, client.connected = pump.feed, pump.ask
        await pump.start(since + client.ahead)
        await condition.online(self._books)
        await self._work(client, pump)

    def _papers(self, project: Project) -> tuple[str, datetime]:
        return projects.token_of(project, data=self._settings.data), project.created_at

    async def _work(self, client: BotClient, pump: Pump) -> None:
        parts = Parts(
            Sender(self._books, Post(client, self._settings), pump),
            Fetcher(client, self._books, self._settings),
            Errands(client, self._books),
        )
        pump.heard, pump.passing, self._parts = parts.heard, parts.errands.run, parts
        try:
            await first_end(
                pump.run(), parts.sender.run(), parts.fetcher.run(), vitals.watch(client)
            )
        finally:
            self._parts = None
            parts.errands.stop()
