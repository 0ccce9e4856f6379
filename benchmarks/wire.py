"""HTTP as a browser keeps it: connections that stay open, and a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress


class Line:
    """One kept-alive connection; a server may close it while it is idle, as gunicorn does."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._port = port
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Ask once; on a connection that was closed meanwhile, once more on a new one."""
        if self._streams is not None:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                return await self._ask(*self._streams, method, path, body)
            self.close()
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return await self._ask(*self._streams, method, path, body)

    async def _ask(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        method: str,
        path: str,
        body: bytes,
    ) -> bytes:
        writer.write(self._head(method, path, len(body)) + body)
        status, headers = read_head(await reader.readuntil(b"\r\n\r\n"))
        given = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection", "").lower() == "close":
            self.close()
        if status != 200:
            raise ValueError(f"{method} {path} answered {status}: {given[:500]!r}")
        return given

    def _head(self, method: str, path: str, size: int) -> bytes:
        first = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        return f"{first}{self._headers}Content-Length: {size}\r\n\r\n".encode()

    async def events(self, path: str) -> AsyncGenerator[str]:
        """Give the name of every event of a stream.

        Chunks need no taking apart: each holds whole events, so names begin their lines.
        """
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(self._head("GET", path, 0))
        status, _headers = read_head(await reader.readuntil(b"\r\n\r\n"))
        if status != 200:
            raise ValueError(f"GET {path} answered {status}")
        while line := await reader.readline():
            if line.startswith(b"event: "):
                yield line[7:].strip().decode()

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


def read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return status and headers of an answer."""
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}
