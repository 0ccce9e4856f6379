"""How fast a bot may speak: Telegram's limits kept before they are felt."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """So many messages a second, and so many at once after a rest."""

    rate: float
    burst: int


# https://core.telegram.org/bots/faq#broadcasting-to-users: about 30 a second for a bot,
# one a second for a chat with short bursts.
BOT = Pace(rate=25, burst=25)
CHAT = Pace(rate=1, burst=3)
UNLIMITED = Pace(rate=1e9, burst=1_000_000)


def paces() -> tuple[Pace, Pace]:
    """Return the paces of a bot and of a chat; benchmarks lift them by the environment."""
    if os.environ.get("SWITCHBOARD_UNLIMITED") == "1":
        return UNLIMITED, UNLIMITED
    return BOT, CHAT


class Bucket:
    """Tokens that come back with time; `take` waits for one, in the order of asking."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._free_at = 0.0

    def delay(self, now: float) -> float:
        """Take a token at `now` and return the seconds until it may be used."""
        step = 1 / self._pace.rate
        self._free_at = max(self._free_at, now - step * self._pace.burst) + step
        return max(self._free_at - now, 0.0)

    async def take(self) -> None:
        """Wait until one more message may leave."""
        delay = self.delay(asyncio.get_running_loop().time())
        if delay > 0:
            await asyncio.sleep(delay)

    def is_full(self, now: float) -> bool:
        """Whether it has rested long enough to be forgotten."""
        return self._free_at <= now - self._pace.burst / self._pace.rate
