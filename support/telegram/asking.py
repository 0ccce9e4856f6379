"""One question to Telegram and its answer, without the library's own repeats."""

from __future__ import annotations

import asyncio
from typing import Any

from pyrogram.raw import types
from pyrogram.session import Session

CALL_SECONDS = 15.0


class Misunderstood(ConnectionError):
    """Telegram does not accept our numbers or our clock: only a new session has better ones."""


async def sent(session: Session, query: Any, seconds: float) -> Any:
    """Send once, as soon as the session stands, and return the answer."""
    async with asyncio.timeout(CALL_SECONDS):
        await session.is_started.wait()
    return await session.send(query, timeout=seconds)


def looked_at(asking: asyncio.Future[Any]) -> None:
    """Take note of an error that came after nobody waited any more."""
    if not asking.cancelled():
        asking.exception()


def answer_of(asking: asyncio.Future[Any]) -> Any:
    """Return the answer; what a closed or confused session says instead is no answer."""
    try:
        answer = asking.result()
    except (RuntimeError, AttributeError) as error:
        raise ConnectionError from error
    if isinstance(answer, types.BadMsgNotification):
        raise Misunderstood
    return answer
