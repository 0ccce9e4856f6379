"""Customers' files: fetched into the store after the message that brought them is stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyrogram.errors import RPCError, SeeOther
from pyrogram.raw import functions, types
from pyrogram.session import Session
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from support import messages, queue
from support.config import Settings
from support.db import db, utcnow
from support.models import Attachment, Message, Project
from support.refusals import N_
from support.store import Store
from support.telegram import parse, verdicts
from support.telegram.books import Books
from support.telegram.budget import EAGER_BYTES, EAGER_KINDS, is_eager
from support.telegram.client import BotClient

CHUNK = 512 * 1024
CHUNK_SECONDS = 30.0
LARGEST = 2 * 1024 * 1024 * 1024
AT_ONCE = 2
MOST_LEFT = 1_000
RESTS = (1.0, 3.0, 10.0)  # seconds between tries
LONGEST_FLOOD = 60.0

UNREACHABLE = N_("The file could not be fetched from Telegram. Try again.")
GONE = N_("Telegram does not have this file any more.")

log = logging.getLogger(__name__)


class Gone(Exception):
    """Telegram has no such file."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch; `location` is what `support.telegram.parse` noted of it."""

    attachment_id: int
    kind: str
    size: int
    location: dict[str, Any]


class Fetcher:
    """Fetches files for one bot, two at a time, in the order in which they were wanted."""

    def __init__(self, client: BotClient, books: Books, settings: Settings) -> None:
        self._client, self._books = client, books
        self._store = Store(settings.data)
        self._wanted: asyncio.Queue[int] = asyncio.Queue()
        self._waiting: set[int] = set()
        self._asked: set[int] = set()
        self._connecting = asyncio.Lock()

    def want(self, ids: Iterable[int]) -> None:
        """Fetch these attachments, for which somebody has asked."""
        asked = list(ids)
        self._asked.update(asked)
        self.bring(asked)

    def bring(self, ids: Iterable[int]) -> None:
        """Fetch these attachments if there is room; what waits already is not fetched twice."""
        for number in ids:
            if number not in self._waiting:
                self._waiting.add(number)
                self._wanted.put_nowait(number)

    async def run(self) -> None:
        """Fetch what was left behind, then what is wanted, for ever."""
        self.bring(await self._books.read(left_behind))
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._serve())

    async def _serve(self) -> None:
        while True:
            await self.next()

    async def next(self) -> None:
        """Fetch the file that has waited longest; on a full disk only one that was asked for."""
        number = await self._wanted.get()
        try:
            if number in self._asked or self._store.has_room():
                await self._fetch(number)
            else:
                log.warning("the disk is nearly full: a file waits until somebody asks for it")
        finally:
            self._waiting.discard(number)
            self._asked.discard(number)

    async def _fetch(self, number: int) -> None:
        wanted = await self._books.read(lambda _project: find(number))
        if wanted is None:
            return
        try:
            path = self._store.new_path()
            size = await self._persistently(wanted, self._store.full(path))
        except Gone:
            await self._books.write(lambda _project: failed(number, GONE))
        except (OSError, RPCError, ValueError) as error:
            if verdicts.is_fatal(error):
                raise
            log.warning("a file could not be fetched: %s", type(error).__name__)
            await self._books.write(lambda _project: failed(number, UNREACHABLE))
        else:
            await self._books.write(lambda _project: fetched(number, path, size))

    async def _persistently(self, wanted: Wanted, target: Path) -> int:
        """Try a few times, each from the beginning; nothing stays behind of a failed one."""
        for rest in (*RESTS, None):
            try:
                return await self._download(wanted, target)
            except (OSError, RPCError) as error:
                if rest is None or verdicts.is_fatal(error):
                    raise
                wanted = await self._corrected(wanted, error)
                await asyncio.sleep(min(verdicts.flood_seconds(error) or rest, LONGEST_FLOOD))
        raise Gone

    async def _corrected(self, wanted: Wanted, error: Exception) -> Wanted:
        """Return where the file is after all: in another data centre, or under a new reference."""
        if isinstance(error, SeeOther) and isinstance(error.value, int):
            return replace(wanted, location=wanted.location | {"dc": error.value})
        if isinstance(error, RPCError) and verdicts.name_of(error).startswith("FILE_REFERENCE"):
            return replace(wanted, location=await self._fresh(wanted))
        return wanted

    async def _fresh(self, wanted: Wanted) -> dict[str, Any]:
        """Ask for the message again: its file has a reference that is good for some hours."""
        number = types.InputMessageID(id=wanted.location["message"])
        answer = await self._client.call(functions.messages.GetMessages(id=[number]))
        found = next(iter(answer.messages), None)
        media = parse.file_of(getattr(found, "media", None), wanted.location["message"])
        if media is None:
            raise Gone
        return media.location

    async def _download(self, wanted: Wanted, target: Path) -> int:
        """Write the file to `target` and return its size in bytes; a part of it is not kept."""
        try:
            return await self._written(wanted, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    async def _written(self, wanted: Wanted, target: Path) -> int:
        size = 0
        with target.open("wb") as file:
            async for chunk in self._chunks(wanted):
                size += file.write(chunk)
        if not size:
            raise Gone
        return size

    async def _chunks(self, wanted: Wanted) -> AsyncGenerator[bytes]:
        """Yield the file from its beginning; a short piece is the last one."""
        session = await self._session(self._client.centre(wanted.location["dc"]))
        place, offset = location(wanted), 0
        while offset <= LARGEST:
            query = functions.upload.GetFile(location=place, offset=offset, limit=CHUNK)
            answer = await self._client.ask(session, query, CHUNK_SECONDS)
            yield answer.bytes
            offset += len(answer.bytes)
            if len(answer.bytes) < CHUNK and (offset >= wanted.size or not answer.bytes):
                return

    async def _session(self, dc: int) -> Session:
        """Return a living session for files; one that has died is replaced."""
        async with self._connecting:
            kept = self._client.media_sessions.get(dc)
            if kept is not None and not kept.is_started.is_set():
                self._client.media_sessions.pop(dc)
                await kept.stop()
            return await self._client.get_session(dc, is_media=True)


def location(wanted: Wanted) -> Any:
    """Return the file as Telegram wants it named."""
    kind = types.InputPhotoFileLocation if wanted.kind == "photo" else DOCUMENT
    where = wanted.location
    return kind(
        id=where["id"],
        access_hash=where["access_hash"],
        file_reference=bytes.fromhex(where["reference"]),
        thumb_size=where["thumb"],
    )


DOCUMENT = types.InputDocumentFileLocation


def find(number: int) -> Wanted | None:
    """Return an attachment that can be fetched and is not here yet."""
    row = db.session.get(Attachment, number)
    if row is None or row.path is not None or not row.location:
        return None
    return Wanted(row.id, row.kind, row.size, row.location)


def left_behind(project: Project) -> list[int]:
    """Return the files that should have been fetched when the worker ended, of the newest."""
    rows = db.session.scalars(
        select(Message)
        .join(Message.attachment)
        .where(
            Message.project_id == project.id,
            Attachment.path.is_(None),
            Attachment.failed_at.is_(None),
            Attachment.kind.in_(EAGER_KINDS),
            Attachment.size <= EAGER_BYTES,
        )
        .options(contains_eager(Message.attachment))
        .order_by(Attachment.id.desc())
        .limit(MOST_LEFT)
    )
    due = [row.attachment.id for row in rows if row.attachment and is_eager(row)]
    return due[::-1]


def fetched(number: int, path: str, size: int) -> None:
    """A file is in the store; a picture gets its preview from the jobs worker."""
    row = db.session.get_one(Attachment, number)
    row.size = size
    messages.fetched(row, path=path, preview=None, now=utcnow())
    if row.kind == "photo":
        queue.enqueue(queue.JOBS, "support.jobs.preview", row.id)


def failed(number: int, reason: str) -> None:
    """A file could not be had."""
    messages.unfetched(db.session.get_one(Attachment, number), reason, now=utcnow())
