"""The sender: one lane per chat, in the order of the rows, until Telegram has each letter.

The pump hears the answers and marks the rows, so a lane only has to know that one came.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pyrogram.errors import RPCError

from support.db import utcnow
from support.telegram import entries, outbox, verdicts
from support.telegram.books import Books, Fenced
from support.telegram.limits import Bucket, Pace, paces
from support.telegram.outbox import Letter
from support.telegram.pieces import answers
from support.telegram.post import FileGone, Post
from support.telegram.present import Present

if TYPE_CHECKING:  # what it receives is no business of what sends, and notes are reached from there
    from support.telegram.pump import Pump

SWEEP_SECONDS = 5.0
RESTS = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between tries
STRANGE_TRIES = 3
TAKEN_TRIES = 5
REMEMBERED = 20_000

log = logging.getLogger(__name__)


class Lane:
    """The letters to one chat; `bucket` is its pace."""

    def __init__(self, pace: Pace) -> None:
        self.letters: deque[Letter] = deque()
        self.bucket = Bucket(pace)
        self.task: asyncio.Task[None] | None = None

    def is_idle(self, now: float) -> bool:
        """Whether it can be forgotten: nothing to send, and rested."""
        return not self.letters and self.bucket.is_full(now)


class Sender:
    """Everything that one bot says."""

    def __init__(self, books: Books, post: Post, pump: Pump) -> None:
        self._books, self._post, self._pump = books, post, pump
        self._present = Present(books)
        pace, self._chat_pace = paces()
        self._bucket = Bucket(pace)
        self._lanes: dict[int, Lane] = {}
        # Letters that are in a lane, and whether Telegram has them: not to be loaded again.
        self._known: OrderedDict[int, bool] = OrderedDict()
        self._taking: dict[int, asyncio.Future[None]] = {}
        self._has_more = False
        self._awake = asyncio.Event()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        """Something was written into the outbox."""
        self._awake.set()

    def accepted(self, ids: Iterable[int]) -> None:
        """The rows of these letters are marked as accepted."""
        for number in ids:
            self._known[number] = True
            self._known.move_to_end(number)
            if number in self._taking and not self._taking[number].done():
                self._taking[number].set_result(None)

    async def run(self) -> None:
        """Send what the outbox holds, for ever; raise what ends the login or the lease."""
        sweeping = asyncio.ensure_future(self._sweep())
        try:
            await asyncio.wait({sweeping, self._over}, return_when=asyncio.FIRST_COMPLETED)
            (self._over if self._over.done() else sweeping).result()
        finally:
            tasks = [sweeping, *(lane.task for lane in self._lanes.values() if lane.task)]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self) -> None:
        while True:
            self._awake.clear()
            self._forget()
            letters, self._has_more = await self._books.read(outbox.everything)
            for letter in letters:
                self._put(letter)
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._awake.wait()
            except TimeoutError:
                continue

    def _forget(self) -> None:
        """Keep no idle lane, and only the last letters."""
        now = asyncio.get_running_loop().time()
        self._lanes = {user: lane for user, lane in self._lanes.items() if not lane.is_idle(now)}
        while len(self._known) > REMEMBERED and next(iter(self._known.values())):
            self._known.popitem(last=False)

    def _put(self, letter: Letter) -> None:
        if letter.key in self._known:
            return
        self._known[letter.key] = False
        lane = self._lanes.setdefault(letter.user_id, Lane(self._chat_pace))
        lane.letters.append(letter)
        if lane.task is None or lane.task.done():
            lane.task = asyncio.ensure_future(self._serve(lane))

    async def _serve(self, lane: Lane) -> None:
        """Deliver the letters of a chat one after the other."""
        try:
            while lane.letters:
                await self._deliver(lane, lane.letters[0])
                lane.letters.popleft()
        except Exception as error:  # noqa: BLE001 - it ends the whole sender, who raises it
            if not self._over.done():
                self._over.set_exception(error)
            return
        if self._has_more:
            self.wake()

    async def _deliver(self, lane: Lane, letter: Letter) -> None:
        """Try until Telegram has taken the letter, or never will."""
        tries = 0
        while not self._known.get(letter.key):
            try:
                await self._attempt(lane, letter)
            except Exception as error:  # noqa: BLE001 - each error has its verdict
                if await self._is_settled(letter, error, tries):
                    return
                tries += 1
            else:
                return

    async def _attempt(self, lane: Lane, letter: Letter) -> None:
        await until(letter.not_before)
        await self._post.prepare(letter)
        await lane.bucket.take()
        await self._bucket.take()
        if await self._may_leave(letter):
            await self._send(letter)
        else:
            await self._stop(letter)

    async def _may_leave(self, letter: Letter) -> bool:
        """Look once more; the present list has let most letters through already."""
        if not letter.is_staff and letter.risk_stamp == await self._present.stamp():
            return True
        return await self._books.read(partial(outbox.may_leave, letter))

    async def _stop(self, letter: Letter) -> None:
        """It leaves the lane unsent: unlinked, shut out, too late, or what it says needs care."""
        await self._books.write(entries.stopped(letter))
        self._known.pop(letter.key, None)

    async def _send(self, letter: Letter) -> None:
        """Send, until the answer comes or the pump hears by another way that it was taken."""
        sending = asyncio.ensure_future(self._post.send(letter))
        taken = self._taking[letter.key] = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({sending, taken}, return_when=asyncio.FIRST_COMPLETED)
            for packet in answers(letter.random_id, sending.result()) if sending.done() else ():
                self._pump.feed(packet)
        finally:
            sending.cancel()
            del self._taking[letter.key]

    async def _is_settled(self, letter: Letter, error: Exception, tries: int) -> bool:
        """Do what an error calls for; return whether the letter is out of the lane by it."""
        if isinstance(error, Fenced) or verdicts.is_fatal(error):
            raise error
        seconds = verdicts.flood_seconds(error)
        if seconds is not None:
            return await self._hold(letter, seconds)
        if isinstance(error, FileGone):
            return await self._fail(letter, verdicts.FILE_GONE)
        if verdicts.is_passing(error):
            return await self._rest(tries)
        if isinstance(error, RPCError):
            return await self._refused(letter, error, tries)
        log.error("a letter could not be sent", exc_info=error)
        if tries + 1 < STRANGE_TRIES:
            return await self._rest(tries)
        return await self._fail(letter, verdicts.last_word(error))

    async def _refused(self, letter: Letter, error: RPCError, tries: int) -> bool:
        name = verdicts.name_of(error)
        if name in verdicts.TAKEN:
            return await self._taken(letter, tries)
        if name in verdicts.UNQUOTABLE and letter.reply_to is not None:
            letter.reply_to = None
            return False
        if name in verdicts.LOST_PARTS and tries + 1 < STRANGE_TRIES:
            self._post.forget(letter)
            return await self._rest(tries)
        log.warning("Telegram refused a message: %s", name)
        is_blocked = name == "USER_IS_BLOCKED"
        sentence = verdicts.sentence(error, staff=letter.is_staff)
        return await self._fail(letter, sentence, blocked=is_blocked)

    async def _rest(self, tries: int) -> bool:
        """Wait before the next try; what Telegram has after all, the difference tells."""
        self._pump.ask()
        await asyncio.sleep(RESTS[min(tries, len(RESTS) - 1)])
        return False

    async def _taken(self, letter: Letter, tries: int) -> bool:
        """Telegram has this random number: the difference tells its message, or nobody does."""
        await self._rest(tries)
        if tries + 1 < TAKEN_TRIES or self._known.get(letter.key):
            return False
        await self._books.write(entries.accepted_unseen(letter))
        return True

    async def _hold(self, letter: Letter, seconds: float) -> bool:
        """Stop this lane, and only this, for as long as Telegram says."""
        until = letter.not_before = utcnow() + timedelta(seconds=seconds)
        await self._books.write(entries.held(letter, until))
        return False

    async def _fail(self, letter: Letter, reason: str, *, blocked: bool = False) -> bool:
        """Give up with a sentence; the lane goes on."""
        await self._books.write(entries.failed(letter, reason, blocked=blocked))
        self._known.pop(letter.key, None)
        return True


async def until(instant: datetime | None) -> None:
    """Wait for an instant; one in the past is here."""
    if instant is not None:
        await asyncio.sleep(max((instant - utcnow()).total_seconds(), 0))
