"""What was missed: asked for slice by slice, and by message numbers when it was too much.

https://core.telegram.org/api/updates#recovering-gaps
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pyrogram.errors import (
    BadRequest,
    PersistentTimestampEmpty,
    PersistentTimestampInvalid,
)
from pyrogram.raw import functions, types
from sqlalchemy import func, select

from support.db import db
from support.models import Message, Project
from support.telegram.books import Books
from support.telegram.client import BotClient
from support.telegram.pieces import Piece, State, together, told

SECONDS = 12.0
NUMBERS_A_CALL = 100
# So many numbers in a row without a message are taken for the end.
EMPTY_STRETCH = 2_000
# On the first start, what was written since the project was made is taken too.
FIRST_EVENTS = 500
CLOCK_SKEW = timedelta(minutes=2)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of what was missed, and where the bot stands once it is stored."""

    pieces: list[Piece]
    state: State


async def missed(
    client: BotClient, books: Books, state: State
) -> AsyncGenerator[Slice]:
    """Yield everything since `state` in storable parts; the last one ends at Telegram's present."""
    while True:
        answer = await asked(client, state)
        if isinstance(answer, types.updates.DifferenceEmpty):
            yield Slice([], replace(state, date=answer.date))
            return
        if isinstance(answer, types.updates.DifferenceTooLong):
            async for part in by_number(client, books, state, answer.pts):
                yield part
                state = part.state
            continue
        part = read(answer)
        yield part
        if isinstance(answer, types.updates.Difference):
            return
        state = part.state


async def asked(client: BotClient, state: State) -> Any:
    """Ask for the difference; a state that Telegram does not know any more is "too long"."""
    try:
        return await client.call(
            functions.updates.GetDifference(pts=state.pts, qts=state.qts, date=state.date),
            seconds=SECONDS,
        )
    except (PersistentTimestampInvalid, PersistentTimestampEmpty):
        now = await current(client)
        return types.updates.DifferenceTooLong(pts=now.pts)


async def current(client: BotClient) -> State:
    """Return Telegram's present state."""
    found = await client.call(functions.updates.GetState(), seconds=SECONDS)
    return State(found.pts, found.qts, found.date)


def read(answer: Any) -> Slice:
    """Present a difference as the updates it is made of: messages first, then what befell them."""
    reached = getattr(answer, "intermediate_state", None) or answer.state
    updates = [*told(answer.new_messages), *answer.other_updates]
    state = State(reached.pts, reached.qts, reached.date)
    return Slice(together(updates, answer.users, reached.date), state)


async def by_number(
    client: BotClient, books: Books, state: State, pts: int
) -> AsyncGenerator[Slice]:
    """Yield the messages after the last one we know, by their numbers, then go on from `pts`.

    A bot's messages are numbered in one sequence and each moves pts, so the difference of
    pts bounds what can be missing.
    """
    last = await books.read(last_number)
    end, empty = last + max(pts - state.pts, NUMBERS_A_CALL), 0
    log.warning("asking for messages %s to %s one by one", last + 1, end)
    for start in range(last + 1, end + 1, NUMBERS_A_CALL):
        numbers = range(start, min(start + NUMBERS_A_CALL, end + 1))
        part = await numbered(client, numbers, state)
        empty = 0 if part.pieces else empty + len(numbers)
        if empty >= EMPTY_STRETCH:
            break
        yield part
    yield Slice([], replace(state, pts=pts))


async def numbered(client: BotClient, numbers: range, state: State) -> Slice:
    """Ask for messages by their numbers; the state does not move with them."""
    wanted = [types.InputMessageID(id=number) for number in numbers]
    answer = await client.call(functions.messages.GetMessages(id=wanted), seconds=SECONDS)
    found = [one for one in answer.messages if not isinstance(one, types.MessageEmpty)]
    return Slice(together(told(found), answer.users, state.date), state)


def last_number(project: Project) -> int:
    """Return the highest message number that is stored."""
    found = db.session.scalar(
        select(func.max(Message.telegram_id)).where(Message.project_id == project.id)
    )
    return found or 0


async def first_state(client: BotClient, since: datetime) -> tuple[State, list[Piece]]:
    """Return where a new bot begins, with what customers have written to it `since` then."""
    now = await current(client)
    pieces: list[Piece] = []
    try:
        answer = await asked_early(client, now)
    except BadRequest:
        return now, pieces
    if not isinstance(answer, types.updates.Difference):
        return now, pieces
    part = read(answer)
    earliest = (since - CLOCK_SKEW).timestamp()
    return part.state, [piece for piece in part.pieces if date_of(piece) >= earliest]


async def asked_early(client: BotClient, now: State) -> Any:
    """Ask for the last events; some servers count from 0, some refuse that."""
    early = State(max(now.pts - FIRST_EVENTS, 0), now.qts, now.date)
    try:
        return await client.call(
            functions.updates.GetDifference(pts=early.pts, qts=early.qts, date=early.date)
        )
    except BadRequest:
        if early.pts:
            raise
        return await client.call(
            functions.updates.GetDifference(pts=1, qts=early.qts, date=early.date)
        )


def date_of(piece: Piece) -> float:
    """Return when the message of a piece was written; what is no message is of today."""
    message = getattr(piece.update, "message", None)
    return getattr(message, "date", None) or piece.date
