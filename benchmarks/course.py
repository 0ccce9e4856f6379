"""How conversations of the data set go, and the numbers that all of its rows share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
PROJECT = 1
AGENTS = (1, 2, 3, 4, 5)
SUPERVISOR = 6
END = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
MESSAGES = 8
# Above every id that a local Telegram will give, so that its messages are new ones.
FIRST_TELEGRAM_ID = 1_000_000_000
FIRST_CUSTOMER = 6_000_000_000
SOURCE = bytes(180)  # the raw update that is kept beside an incoming message


@dataclass(frozen=True)
class Course:
    """How one conversation goes: i and o are messages, everything else is a deed."""

    steps: str
    open: bool = False


# t taken, n note, m moved to a colleague, f released into the queue, r resolved
PLAIN = Course("iitoioiior")
NOTED = Course("iitoinoiior")
MOVED = Course("iitoimoiior")
ASKING = Course("iitoioioi", open=True)
ANSWERED = Course("iitoioiio", open=True)
QUEUED = Course("iitoiofiii", open=True)
RUNNING = (ASKING, ANSWERED, QUEUED, ASKING, ANSWERED, QUEUED, ASKING, ANSWERED, QUEUED, ASKING)
RUNNING += (ANSWERED,)  # eleven, so that they go round among five agents


def course(number: int, total: int) -> Course:
    """Choose how conversation `number` goes: 2 % are open, a quarter of those in the queue.

    They are every second one of the newest 4 % (of the newest 24 in a small data set);
    of the resolved ones 9 % carry a note and 5 % were handed over.
    """
    if number >= min(total * 0.96, total - 24) and number % 2 == 0:
        return RUNNING[number // 2 % len(RUNNING)]
    return MOVED if number % 21 == 7 else NOTED if number % 11 == 3 else PLAIN
