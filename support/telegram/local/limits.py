"""What Telegram allows: how long texts may be, where entities may lie, how fast a bot may speak."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from support.telegram.local.refusals import Refusal

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64
BOT_PER_SECOND = 30
CHAT_BURST = 3


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_text(text: str, entities: Sequence[Any], *, caption: bool = False) -> None:
    size = units(text)
    if not caption and not text.strip():
        raise Refusal(400, "MESSAGE_EMPTY")
    if caption and size > LONGEST_CAPTION:
        raise Refusal(400, "MEDIA_CAPTION_TOO_LONG")
    if size > LONGEST_TEXT:
        raise Refusal(400, "MESSAGE_TOO_LONG")
    for entity in entities:
        if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > size:
            raise Refusal(400, "ENTITY_BOUNDS_INVALID")


@dataclass
class Bucket:
    """Tokens that refill with time; who finds none is told how long to wait."""

    capacity: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> int:
        self.level = min(self.capacity, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return max(1, math.ceil((1 - self.level) / self.per_second))


class Pace:
    """About 30 messages a second for a bot and one a second for a chat, after a short burst."""

    def __init__(self) -> None:
        self._bots: dict[int, Bucket] = {}
        self._chats: dict[tuple[int, int], Bucket] = {}

    def wait(self, bot: int, customer: int, *, now: float) -> int:
        """The seconds a send has to wait; zero if it may go, and is counted."""
        chats = self._chats.setdefault((bot, customer), Bucket(CHAT_BURST, 1, CHAT_BURST, now))
        bots = self._bots.setdefault(bot, Bucket(BOT_PER_SECOND, BOT_PER_SECOND, 30, now))
        return chats.take(now) or bots.take(now)
