"""Who waits for a chat to change, and the revision numbers that tell what changed."""

import asyncio
import time
from collections import defaultdict

Chat = tuple[int, int]
TYPING_SECONDS = 6


class Bell:
    """Rings when a chat changes. Revisions grow with the clock, so they survive restarts."""

    def __init__(self) -> None:
        self._rev = 0
        self._rung: dict[Chat, int] = {}
        self._typing: dict[Chat, float] = {}
        self._waiting: defaultdict[Chat, set[asyncio.Event]] = defaultdict(set)

    def next_rev(self) -> int:
        self._rev = max(self._rev + 1, time.time_ns() // 1_000_000)
        return self._rev

    def ring(self, chat: Chat, rev: int | None = None) -> None:
        self._rung[chat] = rev or self.next_rev()
        for event in self._waiting.pop(chat, ()):
            event.set()

    def last_rung(self, chat: Chat) -> int:
        return self._rung.get(chat, 0)

    def set_typing(self, chat: Chat, *, on: bool) -> None:
        """The bot types in this chat, until it says something or some seconds have passed."""
        was = self.is_typing(chat)
        self._typing[chat] = time.monotonic() + TYPING_SECONDS if on else 0
        if was is not on:
            self.ring(chat)

    def is_typing(self, chat: Chat) -> bool:
        return self._typing.get(chat, 0) > time.monotonic()

    def ring_all(self) -> None:
        """Wakes everybody who waits, as the server goes."""
        for chat in [*self._waiting]:
            self.ring(chat)

    async def wait(self, chat: Chat, seconds: float) -> None:
        """Returns when the chat changes, or after that many seconds."""
        event = asyncio.Event()
        self._waiting[chat].add(event)
        if self.is_typing(chat):
            seconds = min(seconds, max(0.0, self._typing[chat] - time.monotonic()))
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            self._waiting[chat].discard(event)
