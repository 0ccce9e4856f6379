"""The pump: the one place where what Telegram tells becomes rows, in Telegram's order.

Rows and the state they lead to are one transaction, so a crash repeats and never skips.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from pyrogram.errors import RPCError

from support.db import db, utcnow
from support.models import BotState, DeadUpdate, Project
from support.telegram import difference, verdicts
from support.telegram.apply import Round
from support.telegram.books import Books, Fenced
from support.telegram.client import BotClient
from support.telegram.counter import Counter
from support.telegram.peers import Peer, Peers
from support.telegram.pieces import Piece, State, pieces

# One transaction holds SQLite's write lock: not for longer than the web may notice.
BATCH = 64
TRIES = 3
GAP_SECONDS = 0.5
TIMER_SECONDS = 60.0
# After differences that could not be had: a new connection asks at once, and may break by it.
RESTS = (0.2, 1.0, 2.0, 5.0, 10.0)
# After so many differences that do not fill a gap, there is nothing to fill it.
FRUITLESS = 3

log = logging.getLogger(__name__)


class Pump:
    """What one bot hears. `heard` is told of every committed round."""

    def __init__(self, client: BotClient, books: Books) -> None:
        self._client = client
        self._books = books
        self._peers = Peers(books.project_id)
        self._arrived: asyncio.Queue[object] = asyncio.Queue()
        self._pts: Counter[Piece] = Counter(0)
        self._qts: Counter[Piece] = Counter(0)
        self._date = 0
        self._strangers: list[Piece] = []
        self._ask_at: float | None = None
        self._rest_until = 0.0
        self._failures = 0
        self._fruitless = 0
        self.heard: Callable[[Round], object] = lambda _round: None
        self.passing: Callable[[Piece], object] = lambda _piece: None

    @property
    def state(self) -> State:
        """How far everything is stored."""
        return State(self._pts.value, self._qts.value, self._date)

    def feed(self, packet: object) -> None:
        """Take a raw packet, pushed by Telegram or answered to a call of ours."""
        self._arrived.put_nowait(packet)

    def ask(self, *, after: float = 0.0) -> None:
        """Ask for the difference, now or `after` some seconds, whichever comes first."""
        at = max(asyncio.get_running_loop().time() + after, self._rest_until)
        self._ask_at = at if self._ask_at is None else min(self._ask_at, at)
        if not after:
            self._arrived.put_nowait(None)

    async def start(self, since: datetime) -> None:
        """Take up where the rows end; a bot that was never served starts with `since`."""
        kept = await self._books.read(kept_state)
        state = kept if kept.date else await difference.beginning(self._client)
        await self._catch_up(state, since=None if kept.date else since)
        present = await difference.current(self._client)
        if present.pts < self._pts.value:
            # Telegram has forgotten what it told: its count is the one that counts.
            await self._commit([], present)

    async def run(self) -> None:
        """Apply what arrives, for ever; ask for the difference when something is missing."""
        while True:
            packets = await self._gathered()
            await self._take([piece for packet in packets for piece in self._pieces(packet)])
            if self._is_time_to_ask():
                await self._ask()

    async def _gathered(self) -> list[object]:
        """Wait for packets and return all that are here, up to a batch."""
        try:
            async with asyncio.timeout(self._patience()):
                packets = [await self._arrived.get()]
        except TimeoutError:
            return []
        while len(packets) < BATCH and not self._arrived.empty():
            packets.append(self._arrived.get_nowait())
        return packets

    def _patience(self) -> float:
        if self._ask_at is None:
            self.ask(after=TIMER_SECONDS)
        return max((self._ask_at or 0) - asyncio.get_running_loop().time(), 0.0)

    def _pieces(self, packet: object) -> list[Piece]:
        found = pieces(packet)
        strangers = [piece for piece in found or () if self._peers.is_stranger(piece)]
        self._strangers += strangers
        if found is None or strangers:
            self.ask()
        return [piece for piece in found or () if piece not in strangers]

    async def _take(self, arrived: list[Piece]) -> None:
        """Apply what the counts allow, in the order in which it came."""
        due = [piece for early in arrived for piece in self._allowed(early)]
        for piece in due:
            self.passing(piece)
            self._date = max(self._date, piece.date)
        if self._has_gap:
            self.ask(after=GAP_SECONDS)
        if due:
            await self._commit(due, self.state)

    def _allowed(self, piece: Piece) -> list[Piece]:
        if piece.pts is not None:
            return self._pts.offer(*piece.pts, piece)
        if piece.qts:
            return self._qts.offer(piece.qts, 1, piece)
        return [piece]

    def _is_time_to_ask(self) -> bool:
        return self._ask_at is not None and self._ask_at <= asyncio.get_running_loop().time()

    async def _ask(self) -> None:
        """Ask for the difference; what cannot be answered now is asked again soon.

        What strangers said comes again after it: the difference need not have told it.
        """
        self._ask_at = None
        while self._strangers:
            self.feed(self._strangers.pop(0))
        try:
            await self._catch_up(self.state)
        except (OSError, RPCError) as error:
            if verdicts.is_fatal(error):
                raise
            self._failures += 1
            self._rest(verdicts.flood_seconds(error) or RESTS[min(self._failures, len(RESTS)) - 1])
        else:
            self._failures = 0

    def _rest(self, seconds: float) -> None:
        """Ask again after some seconds, and not before."""
        self._rest_until = asyncio.get_running_loop().time() + seconds
        self.ask(after=seconds)

    async def _catch_up(self, state: State, *, since: datetime | None = None) -> None:
        async for part in difference.missed(self._client, self._books, state, since=since):
            await self._commit(part.pieces, part.state)
        early = [*self._pts.reset(self._pts.value), *self._qts.reset(self._qts.value)]
        early += self._forced()
        if early:
            await self._commit(early, self.state)

    def _forced(self) -> list[Piece]:
        """Return what still waits behind a gap that Telegram says it does not have."""
        self._fruitless = self._fruitless + 1 if self._has_gap else 0
        if self._fruitless >= FRUITLESS:
            return [*self._pts.jump(), *self._qts.jump()]
        if self._has_gap:
            self.ask(after=GAP_SECONDS)
        return []

    @property
    def _has_gap(self) -> bool:
        return self._pts.has_gap or self._qts.has_gap

    async def _commit(self, due: list[Piece], state: State) -> None:
        """Store a batch with the state it leads to; with poison in it, one update at a time."""
        try:
            await self._store(due, state)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - any failure of an update is its own
            log.warning("a batch failed, its updates are tried one by one: %r", error)
            for piece in due:
                await self._store_alone(piece)
            await self._store([], state)
        self._pts.value, self._qts.value, self._date = state.pts, state.qts, state.date

    async def _store(self, due: list[Piece], state: State | None) -> None:
        news = self._peers.news(due)
        done = await self._books.write(lambda project: self._round(project, due, state, news))
        self._peers.written(news)
        self.heard(done)

    def _round(
        self, project: Project, due: list[Piece], state: State | None, news: list[Peer]
    ) -> Round:
        work = Round(project, utcnow())
        self._peers.write(news)
        work.apply(due)
        if state is not None:
            advance(project, state)
        return work

    async def _store_alone(self, piece: Piece) -> None:
        """Try an update three times; then keep it raw, with its error, and step over it."""
        for attempt in range(1, TRIES + 1):
            try:
                await self._store([piece], None)
            except Fenced:
                raise
            except Exception as error:
                if attempt == TRIES:
                    log.exception("an update is kept aside: %s", type(piece.update).__name__)
                    await self._bury(piece, error)
            else:
                return

    async def _bury(self, piece: Piece, error: Exception) -> None:
        raw, words = piece.update.write(), repr(error)[:2_000].replace("\0", "")
        await self._books.write(
            lambda project: db.session.add(
                DeadUpdate(project_id=project.id, raw=raw, error=words, at=utcnow())
            )
        )


def kept_state(project: Project) -> State:
    """Read how far the rows follow Telegram."""
    row = db.session.get_one(BotState, project.id)
    return State(row.pts, row.qts, row.date)


def advance(project: Project, state: State) -> None:
    """Write how far the rows follow Telegram, in the transaction of the rows."""
    row = db.session.get_one(BotState, project.id)
    row.pts, row.qts, row.date = state.pts, state.qts, state.date
