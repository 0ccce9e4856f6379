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
BREAKS = 3
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
    client: BotClient, books: Books, state: State, *, since: datetime | None = None
) -> AsyncGenerator[Slice]:
    """Yield everything after `state` in storable parts; the last one ends at the present.

    With `since`, what was written before that instant is left out: another program has
    served the bot until then.
    """
    while True:
        before, answer = state, await asked(client, state)
        async for part in parts(client, books, before, answer, since):
            yield part
            state = part.state
        if is_last(answer, before):
            return


async def parts(
    client: BotClient, books: Books, state: State, answer: Any, since: datetime | None
) -> AsyncGenerator[Slice]:
    """Yield what one answer means."""
    if isinstance(answer, types.updates.DifferenceEmpty):
        yield Slice([], replace(state, date=answer.date))
    elif isinstance(answer, types.updates.DifferenceTooLong):
        if since is None:
            async for part in by_number(client, books, state, answer.pts):
                yield part
        yield Slice([], replace(state, pts=answer.pts))
    else:
        yield later(read(answer), since)


def is_last(answer: Any, before: State) -> bool:
    """Whether there is nothing more to ask for; "too long" without progress is asked later."""
    if isinstance(answer, types.updates.DifferenceTooLong):
        return answer.pts == before.pts
    return not isinstance(answer, types.updates.DifferenceSlice)


async def asked(client: BotClient, state: State) -> Any:
    """Ask for the difference; what Telegram does not know or we cannot read is "too long"."""
    try:
        return await patiently(client, state)
    except (PersistentTimestampInvalid, PersistentTimestampEmpty):
        if state.pts == 0:
            return await asked(client, replace(state, pts=1))
        return types.updates.DifferenceTooLong(pts=(await current(client)).pts)


async def patiently(client: BotClient, state: State) -> Any:
    """Ask again when the connection breaks by it, as the library breaks it on unknown words.

    If only this question breaks it, again and again, its answer cannot be read.
    """
    query = functions.updates.GetDifference(pts=state.pts, qts=state.qts, date=state.date)
    present = state
    for _ in range(BREAKS):
        try:
            return await client.call(query, seconds=SECONDS)
        except ConnectionError:
            present = await current(client)
    log.warning("the difference breaks the connection each time: its messages are asked for")
    return types.updates.DifferenceTooLong(pts=present.pts)


async def current(client: BotClient) -> State:
    """Return Telegram's present state."""
    found = await client.call(functions.updates.GetState(), seconds=SECONDS)
    return State(found.pts, found.qts, found.date)


async def beginning(client: BotClient) -> State:
    """Return where a bot begins that was never served: shortly before the present."""
    now = await current(client)
    return replace(now, pts=max(now.pts - FIRST_EVENTS, 0))


def read(answer: Any) -> Slice:
    """Present a difference as the updates it is made of: messages first, then what befell them."""
    reached = getattr(answer, "intermediate_state", None) or answer.state
    updates = [*told(answer.new_messages), *answer.other_updates]
    state = State(reached.pts, reached.qts, reached.date)
    return Slice(together(updates, answer.users, reached.date), state)


def later(part: Slice, since: datetime | None) -> Slice:
    """Leave out what was written before `since`; clocks may differ a little."""
    if since is None:
        return part
    earliest = (since - CLOCK_SKEW).timestamp()
    return replace(part, pieces=[piece for piece in part.pieces if written(piece) >= earliest])


def written(piece: Piece) -> int:
    """Return when the message of a piece was written; what is no message is of now."""
    return getattr(getattr(piece.update, "message", None), "date", None) or piece.date


async def by_number(
    client: BotClient, books: Books, state: State, pts: int
) -> AsyncGenerator[Slice]:
    """Yield the messages around and after the last one we know, by their numbers.

    A bot's messages are numbered in one sequence and each moves pts, so the difference of
    pts bounds what can be missing. The last ones we know are asked for again: they may have
    been edited.
    """
    last = await books.read(last_number)
    end, empty = last + max(pts - state.pts, NUMBERS_A_CALL), 0
    log.warning("too much was missed: asking for messages up to %s one by one", end)
    for start in range(max(last - NUMBERS_A_CALL, 0) + 1, end + 1, NUMBERS_A_CALL):
        numbers = range(start, min(start + NUMBERS_A_CALL, end + 1))
        part = await numbered(client, numbers, state)
        empty = 0 if part.pieces else empty + len(numbers)
        if empty >= EMPTY_STRETCH:
            return
        yield part


async def numbered(client: BotClient, numbers: range, state: State) -> Slice:
    """Ask for messages by their numbers; the state does not move with them."""
    wanted: list[Any] = [types.InputMessageID(id=number) for number in numbers]
    try:
        answer = await client.call(functions.messages.GetMessages(id=wanted), seconds=SECONDS)
    except BadRequest as error:
        log.warning("messages cannot be asked for by number: %s", error.ID or error.NAME)
        return Slice([], state)
    found = [one for one in answer.messages if not isinstance(one, types.MessageEmpty)]
    changed = [one for one in found if getattr(one, "edit_date", None)]
    updates = [*told(found), *map(rewritten, changed)]
    return Slice(together(updates, answer.users, state.date), state)


def rewritten(message: Any) -> Any:
    """Present a message as its latest edit."""
    return types.UpdateEditMessage(message=message, pts=0, pts_count=0)


def last_number(project: Project) -> int:
    """Return the highest message number that is stored."""
    found = db.session.scalar(
        select(func.max(Message.telegram_id)).where(Message.project_id == project.id)
    )
    return found or 0
