"""What Telegram only announces: large or late answers, to be asked for by their number.

https://core.telegram.org/mtproto/service_messages#extended-voluntary-communication-of-status-of-one-message
The library acknowledges them unread, and Telegram never sends what was acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyrogram.raw import types
from pyrogram.raw.all import objects
from pyrogram.raw.core import Long
from pyrogram.session import Session


@dataclass(frozen=True, slots=True)
class Announced:
    """A message of Telegram, known by its number alone."""

    number: int


class Answer:
    """How the announcement of an answer is read."""

    @staticmethod
    def read(data: BytesIO, *_arguments: Any) -> Announced:
        """Read past the number of the question."""
        Long.read(data)
        return Announced(Long.read(data))


class News:
    """How the announcement of an update is read."""

    @staticmethod
    def read(data: BytesIO, *_arguments: Any) -> Announced:
        """Read the number of the message; its size and its state are of no use."""
        return Announced(Long.read(data))


def register() -> None:
    """Let announcements reach us: the library's table says how a constructor is read."""
    table: dict[int, Any] = objects
    table |= {types.MsgDetailedInfo.ID: Answer, types.MsgNewDetailedInfo.ID: News}


async def fetched(announced: Announced, sessions: Iterable[Session]) -> None:
    """Ask for a message, or acknowledge it if it is here already.

    The session in which it was announced is not told to us; the others know no such number.
    """
    for session in sessions:
        if announced.number in session.stored_msg_ids:
            session.pending_acks.add(announced.number)
            continue
        with suppress(OSError):
            asking = types.MsgResendReq(msg_ids=[announced.number])
            await session.send(asking, wait_response=False)
