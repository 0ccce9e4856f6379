"""A small HTTP/1.1 server: JSON answers, raw bodies streamed to disk, kept-alive connections."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from support.telegram.local.refusals import Impossible, Unauthorized, Unknown

log = logging.getLogger(__name__)

LARGEST_JSON = 32 * 1024 * 1024
CHUNK = 256 * 1024


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: asyncio.StreamReader
    left: int

    async def json(self) -> Any:
        """The body as JSON; nothing at all counts as an empty object."""
        if self.left > LARGEST_JSON:
            raise Impossible("The body is too large.")
        size, self.left = self.left, 0
        data = await self.body.readexactly(size)
        try:
            return json.loads(data) if data else {}
        except ValueError:
            raise Impossible("The body is no JSON.") from None

    async def save(self, path: Path) -> None:
        with path.open("wb") as file:
            while self.left:
                data = await self.body.readexactly(min(CHUNK, self.left))
                self.left -= len(data)
                file.write(data)

    async def skip(self) -> None:
        while self.left:
            self.left -= len(await self.body.readexactly(min(CHUNK, self.left)))


@dataclass(frozen=True)
class FileAnswer:
    path: Path
    mime: str


Answer = Any
Route = Callable[[Request], Awaitable[Answer]]


class Web:
    """Serves routes to those who know the secret. A route of "/files/" owns what is below it."""

    def __init__(self, routes: dict[tuple[str, str], Route], secret: str) -> None:
        self._routes = routes
        self._secret = f"Bearer {secret}".encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _read(reader):
                await self._answer(request, writer)
                await request.skip()
                if request.headers.get("connection", "").lower() == "close":
                    break
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._find(request)(request)
        except Impossible as error:
            return await _send(writer, error.status, {"error": str(error)})
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
            return await _send(writer, 400, {"error": f"Something is missing or wrong: {error}."})
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            return await _send(writer, 500, {"error": "The local Telegram made a mistake."})
        if isinstance(answer, FileAnswer):
            return await _send_file(writer, answer)
        return await _send(writer, 200, answer)

    def _find(self, request: Request) -> Route:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._secret):
            raise Unauthorized("The secret is missing or wrong.")
        folder = request.path[: request.path.rfind("/") + 1]
        route = self._routes.get((request.method, request.path)) or self._routes.get(
            (request.method, folder)
        )
        if route is None:
            raise Unknown(f"There is no {request.method} {request.path}.")
        return route


async def _read(reader: asyncio.StreamReader) -> Request | None:
    line = (await reader.readline()).decode("latin-1").strip()
    if not line:
        return None
    method, target, _version = line.split(" ", 2)
    headers: dict[str, str] = {}
    while header := (await reader.readline()).decode("latin-1").strip():
        name, _colon, value = header.partition(":")
        headers[name.strip().lower()] = value.strip()
    url = urlsplit(target)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    left = max(0, int(headers.get("content-length", 0)))
    return Request(method, unquote(url.path), query, headers, reader, left)


async def _send(writer: asyncio.StreamWriter, status: int, answer: Answer) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    _head(writer, status, "application/json", len(body))
    writer.write(body)
    await writer.drain()


async def _send_file(writer: asyncio.StreamWriter, answer: FileAnswer) -> None:
    with answer.path.open("rb") as file:
        _head(writer, 200, answer.mime, answer.path.stat().st_size)
        while data := file.read(CHUNK):
            writer.write(data)
            await writer.drain()


def _head(writer: asyncio.StreamWriter, status: int, mime: str, size: int) -> None:
    reason = HTTPStatus(status).phrase
    # A file's type comes from whoever sent it, and may hold anything.
    mime = mime if mime.isascii() and mime.isprintable() else "application/octet-stream"
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: {mime}\r\nContent-Length: {size}\r\n\r\n"
    writer.write(head.encode("latin-1"))
