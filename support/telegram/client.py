"""A bot's login at Telegram: raw updates in, raw calls out, and nothing done behind our back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, ClassVar
from weakref import WeakSet

from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.raw import types
from pyrogram.session import Session
from pyrogram.session.session import AuthKeyNotFound
from pyrogram.storage import Storage

from support.config import Settings
from support.telegram import announced
from support.telegram.asking import CALL_SECONDS, Misunderstood, answer_of, looked_at, sent
from support.telegram.endpoint import address, connections
from support.telegram.tasks import first_end

LOGIN_SECONDS = 40.0
FAREWELL_SECONDS = 2.0
TRANSPORT_ERROR = 4  # bytes of a packet that is no message but a number
AHEAD_SECONDS = 25.0  # less than the 30 by which Telegram lets a clock be ahead
# What Telegram sends instead of an answer to a key that it does not know.
KEY_NOT_FOUND = (-404).to_bytes(4, "little", signed=True)

# Two seconds for the first answer, the library's own, are too few for a slow network.
Session.START_TIMEOUT = 10  # type: ignore[assignment]
# At DEBUG the library writes keys and messages down; no setting of ours shall ever ask for that.
logging.getLogger("pyrogram").setLevel(logging.ERROR)
announced.register()


class BotClient(Client):
    """One login. `arrived` gets every raw packet of updates, `connected` every new connection."""

    # By how many seconds the clock of an endpoint is ahead of ours, as it was last told.
    clocks: ClassVar[dict[str, float]] = {}

    def __init__(self, settings: Settings, storage: Storage) -> None:
        super().__init__(
            "bot",
            # The local Telegram asks for no application; the library does.
            api_id=settings.api_id or 1,
            api_hash=settings.api_hash or "local",
            storage_engine=storage,
            sleep_threshold=0,
            workers=1,
            max_concurrent_transmissions=3,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
            loop=asyncio.get_running_loop(),
        )
        self._make = attentive(connections(settings), self._hear)
        self._made: WeakSet[Connection] = WeakSet()
        self._endpoint = settings.endpoint
        self._server_time_offset = self.clocks.get(self._endpoint, 0.0)
        self.connection_factory = self._connection
        self.arrived: Callable[[Any], object] = lambda _packet: None
        self.connected: Callable[[], object] = lambda: None
        self._broken = asyncio.Event()
        self._ended = asyncio.Event()
        self._why: Exception = ConnectionError()
        self.connect_handler = self._on_connect
        self.disconnect_handler = self._on_disconnect

    def _connection(self, **options: Any) -> Connection:
        """Make a connection and remember it: a login given up half-way has no session yet."""
        connection = self._make(**options)
        self._made.add(connection)
        return connection

    def _hear(self, connection: Connection, packet: bytes | None) -> bytes | None:
        """Note that Telegram turns us away; to the library that is the end of the connection.

        It would wait for an answer all the same, or raise in a task where nobody sees it.
        """
        is_ours = self.session is None or self.session.dc_id == connection.dc_id
        if packet is None or len(packet) != TRANSPORT_ERROR or connection.media or not is_ours:
            return packet
        self._end(AuthKeyNotFound() if packet == KEY_NOT_FOUND else ConnectionRefusedError())
        return None

    def _end(self, why: Exception) -> None:
        self._why = why
        self._ended.set()

    async def ended(self) -> None:
        """Wait until this login cannot go on; raise why: `AuthKeyNotFound`, or an `OSError`."""
        await self._ended.wait()
        raise self._why

    def _set_server_time(self, msg_id: int) -> None:
        """Keep what the server's clock shows for the next login too.

        A session whose clock was ahead is lost: the numbers of its messages never go down.
        """
        before = self._server_time_offset
        super()._set_server_time(msg_id)
        self.clocks[self._endpoint] = self._server_time_offset
        if self._server_time_offset < before - AHEAD_SECONDS:
            self._end(Misunderstood())

    @property
    def ahead(self) -> timedelta:
        """By how much Telegram's clock is ahead of ours."""
        return timedelta(seconds=self._server_time_offset)

    def centre(self, number: int) -> int:
        """Return the data centre to ask for a file that lies in this one: an endpoint is one."""
        return self.session.dc_id if self._endpoint and self.session else number

    async def get_dc_option(
        self,
        dc_id: int | None = None,
        is_media: bool = False,
        is_cdn: bool = False,
        ipv6: bool = False,
    ) -> types.DcOption:
        """Return where a data centre is; at an endpoint's address, whatever it tells of itself."""
        if not self._endpoint:
            return await super().get_dc_option(dc_id, is_media, is_cdn, ipv6)
        host, port = address(self._endpoint)
        return types.DcOption(id=dc_id or 0, ip_address=host, port=port)

    async def enter(self, token: str) -> None:
        """Connect with the kept login, or log in by the token."""
        if not await self.connect():
            self.me = await self.sign_in_bot(token)

    async def handle_updates(self, updates: Any) -> None:
        """Hand a raw packet over; the library's parser and its handlers never see it."""
        if isinstance(updates, announced.Announced):
            await announced.fetched(updates, self._sessions())
        else:
            self.arrived(updates)

    def _sessions(self) -> list[Session]:
        found = [*self.media_sessions.values(), *self.sessions.values(), self.session]
        return [session for session in found if session]

    async def call(self, query: Any, *, seconds: float = CALL_SECONDS) -> Any:
        """Ask once; raise `OSError` if no answer came, also when the connection broke meanwhile.

        Refusals of Telegram are raised as the library's `RPCError`, flood waits included.
        """
        async with asyncio.timeout(seconds + CALL_SECONDS):
            return await self.ask(self.session, query, seconds)

    async def ask(self, session: Session | None, query: Any, seconds: float) -> Any:
        """Ask in one session of ours."""
        if session is None:
            raise ConnectionError
        asking = asyncio.ensure_future(sent(session, query, seconds))
        asking.add_done_callback(looked_at)
        breaking = asyncio.ensure_future(self._broken.wait())
        try:
            await asyncio.wait({asking, breaking}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise ConnectionError
            return answer_of(asking)
        except Misunderstood as error:
            if session is self.session:
                self._end(error)
            raise
        finally:
            asking.cancel()
            breaking.cancel()

    async def _on_connect(self, _client: Client, session: Session) -> None:
        if not session.is_media:
            self._broken.clear()
            self.connected()

    async def _on_disconnect(self, _client: Client, session: Session) -> None:
        """Wake who waits for an answer that cannot come any more."""
        if session is self.session:
            self._broken.set()
            self._broken = asyncio.Event()

    async def bury(self) -> None:
        """End every session, also one that died half-way."""
        await asyncio.gather(*map(farewell, self._sessions()))
        await asyncio.gather(
            *(connection.close() for connection in self._made if connection.protocol)
        )
        self.executor.shutdown(wait=False)


def attentive(
    make: type[Connection], hear: Callable[[Connection, bytes | None], bytes | None]
) -> type[Connection]:
    """Return connections of which `hear` sees every packet first."""

    class Attentive(make):
        async def recv(self) -> bytes | None:
            return hear(self, await super().recv())

    return Attentive


async def farewell(session: Session) -> None:
    """Stop a session; its tasks may have failed, and what they say now is of no use."""
    with suppress(Exception):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await session.stop()


@asynccontextmanager
async def logged_in(settings: Settings, storage: Storage, token: str) -> AsyncGenerator[BotClient]:
    """Connect with the kept login, or log in by the token; nothing of it outlives the block.

    Raises `AuthKeyNotFound` as soon as Telegram says that it does not know the kept key, and
    `OSError` when it turns us away.
    """
    client = BotClient(settings, storage)
    try:
        async with asyncio.timeout(LOGIN_SECONDS):
            await first_end(client.enter(token), client.ended())
        yield client
    finally:
        await client.bury()
