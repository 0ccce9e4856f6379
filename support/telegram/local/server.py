"""The local Telegram as a whole: two listening sockets on loopback and one folder."""

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from support.telegram.local.connection import Connection
from support.telegram.local.control import Control
from support.telegram.local.hub import Hub
from support.telegram.local.transport import Pipe
from support.telegram.local.web import Web

STOP_SECONDS = 2


class LocalTelegram:
    """A Telegram for bots and their customers. `secret` opens its control API."""

    def __init__(self, folder: Path, *, secret: str) -> None:
        self._hub = Hub(folder)
        self._web = Web(Control(self._hub).routes(), secret)
        self._servers: list[asyncio.Server] = []
        self._web_writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.control_port = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0, control_port: int = 0) -> None:
        """Listens; a port of zero becomes a free one."""
        mtproto = await asyncio.start_server(self._connected, host, port)
        control = await asyncio.start_server(self._asked, host, control_port)
        self._servers = [mtproto, control]
        self.port = int(mtproto.sockets[0].getsockname()[1])
        self.control_port = int(control.sockets[0].getsockname()[1])
        self._hub.address = (host, self.port)

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        for writer in self._web_writers:
            writer.transport.abort()
        self._hub.drop_connections()
        self._hub.world.wake_all()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        self._hub.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._remember_task()
        connection = Connection(Pipe(reader, writer), self._hub)
        self._hub.connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._hub.connections.discard(connection)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._remember_task()
        self._web_writers.add(writer)
        try:
            await self._web.serve(reader, writer)
        finally:
            self._web_writers.discard(writer)

    def _remember_task(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


@dataclass(frozen=True)
class Handle:
    """A local Telegram that runs in a thread of its own."""

    port: int
    control_port: int
    _loop: asyncio.AbstractEventLoop
    _stopped: asyncio.Event
    _thread: threading.Thread

    def stop(self) -> None:
        """Stops the server and waits for its end; once stopped it stays so."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()


def run_in_thread(folder: Path, port: int, control_port: int, secret: str) -> Handle:
    """Starts a server in a daemon thread and returns once it listens, or raises why it cannot."""
    ready: Future[Handle] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_host(folder, port, control_port, secret, ready)),
        name="local-telegram",
        daemon=True,
    )
    thread.start()
    return ready.result()


async def _host(
    folder: Path, port: int, control_port: int, secret: str, ready: "Future[Handle]"
) -> None:
    try:
        server = LocalTelegram(folder, secret=secret)
        await server.start(port=port, control_port=control_port)
    except Exception as error:  # noqa: BLE001 - the starter shall see it
        ready.set_exception(error)
        return
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    ready.set_result(
        Handle(server.port, server.control_port, loop, stopped, threading.current_thread())
    )
    await stopped.wait()
    await server.stop()
