"""Whether a login still lives: the library does not always notice that it has died."""

from __future__ import annotations

import asyncio
import secrets

from pyrogram.raw import functions
from pyrogram.session import Session
from pyrogram.session.session import SessionState

from support.telegram.client import BotClient

LOOK_SECONDS = 0.5
PROBE_SECONDS = 30.0
ANSWER_SECONDS = 20.0
MISSES = 2
# The library connects anew by itself; after so long a login starts from the beginning.
SILENT_SECONDS = 20.0


class Died(OSError):
    """The login answers nothing any more."""


async def watch(client: BotClient) -> None:
    """Look at the session often and ask it something now and then; raise when it is dead."""
    await asyncio.gather(looked_at(client), probed(client))


async def looked_at(client: BotClient) -> None:
    """Raise what ended the session without a word."""
    silent = 0.0
    while silent < SILENT_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        session = client.session
        if session is None or has_ended(session):
            raise Died
        silent = 0.0 if session.is_started.is_set() else silent + LOOK_SECONDS
        if error := failure(session):
            raise error
    raise Died


def has_ended(session: Session) -> bool:
    """Whether the session is stopped and nobody is about to start it again."""
    return session.state is SessionState.STOPPED and not session.restart_lock.locked()


def failure(session: Session) -> BaseException | None:
    """Return what ended the session's listening, if something did."""
    receiving = session.recv_task
    if receiving is None or not receiving.done() or receiving.cancelled():
        return None
    return receiving.exception()


async def probed(client: BotClient) -> None:
    """Ping every half minute; two pings without an answer are one too many."""
    misses = 0
    while misses < MISSES:
        if not misses:
            await asyncio.sleep(PROBE_SECONDS)
        try:
            ping = functions.Ping(ping_id=secrets.randbits(62))
            await client.call(ping, seconds=ANSWER_SECONDS)
            misses = 0
        except OSError:
            misses += 1
    raise Died
