"""A letter as Telegram takes it: the raw call with its random number, and its file before it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrogram.raw import functions, types

from support.config import Settings
from support.store import Store
from support.telegram import formatting
from support.telegram.client import BotClient
from support.telegram.outbox import Enclosure, Letter

TEXT_SECONDS = 10.0
MEDIA_SECONDS = 40.0
UPLOAD_SECONDS = 1_800.0
# Telegram keeps an uploaded file for hours; a shorter time is always right.
KEPT_SECONDS = 1_800.0


class FileGone(Exception):
    """The file of a letter is not in the store any more."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that Telegram has, until the message it belongs to is sent."""

    file: Any
    at: float


class Post:
    """Sends letters. Asking twice with one random number makes one message."""

    def __init__(self, client: BotClient, settings: Settings) -> None:
        self._client = client
        self._store = Store(settings.data)
        self._uploaded: dict[str, Uploaded] = {}

    async def prepare(self, letter: Letter) -> None:
        """Bring the letter's file to Telegram, once for all tries; raise `FileGone`."""
        if letter.file is None or self._fresh(letter.file.path):
            return
        path = self._found(letter.file)
        async with asyncio.timeout(UPLOAD_SECONDS):
            file: Any = await self._client.save_file(str(path))
        # The library names a file by its full path here; that is nobody's business.
        file.name = letter.file.name or "file"
        self._uploaded[letter.file.path] = Uploaded(file, asyncio.get_running_loop().time())

    def _fresh(self, path: str) -> bool:
        kept = self._uploaded.get(path)
        now = asyncio.get_running_loop().time()
        return kept is not None and now - kept.at < KEPT_SECONDS

    def _found(self, enclosure: Enclosure) -> Path:
        path = self._store.full(enclosure.path)
        if not enclosure.path or not path.is_file():
            raise FileGone
        return path

    async def send(self, letter: Letter) -> Any:
        """Send a prepared letter and return Telegram's answer."""
        if letter.file is None:
            return await self._client.call(self._text(letter), seconds=TEXT_SECONDS)
        answer = await self._client.call(self._media(letter, letter.file), seconds=MEDIA_SECONDS)
        self.forget(letter)
        return answer

    def forget(self, letter: Letter) -> None:
        """Forget an uploaded file: it is sent, or Telegram has lost a part of it."""
        if letter.file is not None:
            self._uploaded.pop(letter.file.path, None)

    def _text(self, letter: Letter) -> Any:
        return functions.messages.SendMessage(
            peer=address(letter),
            message=letter.text,
            random_id=letter.random_id,
            entities=formatting.entities(letter.entities) or None,
            reply_to=quoted(letter),
        )

    def _media(self, letter: Letter, enclosure: Enclosure) -> Any:
        return functions.messages.SendMedia(
            peer=address(letter),
            media=described(enclosure, self._uploaded[enclosure.path].file),
            message=letter.text,
            random_id=letter.random_id,
            entities=formatting.entities(letter.entities) or None,
            reply_to=quoted(letter),
        )


def address(letter: Letter) -> Any:
    """Return whom the letter is for."""
    return types.InputPeerUser(user_id=letter.user_id, access_hash=letter.access_hash)


def quoted(letter: Letter) -> Any:
    """Return the message that the letter replies to."""
    if letter.reply_to is None:
        return None
    return types.InputReplyToMessage(reply_to_msg_id=letter.reply_to)


def described(enclosure: Enclosure, file: Any) -> Any:
    """Say what the uploaded file is."""
    if enclosure.kind == "photo":
        return types.InputMediaUploadedPhoto(file=file)
    name = types.DocumentAttributeFilename(file_name=enclosure.name or "file")
    return types.InputMediaUploadedDocument(
        file=file, mime_type=enclosure.mime, attributes=[name], force_file=True
    )
