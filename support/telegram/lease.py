"""Who runs a bot: one worker at a time, by a lease in Redis and a number in the database.

The lease keeps two workers from using one login; the number, taken anew by every owner,
keeps an owner who lost it from writing (`support.telegram.books`).
"""

from __future__ import annotations

import fcntl
import secrets
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from sqlalchemy import update

from support.config import LOOPBACK
from support.db import db
from support.models import BotState, Project

TTL_MS = 15_000
# Without a renewal for this long, we let go: two seconds for an answer, two for the farewell.
TRUST_SECONDS = 8.0
WORKERS = 64

# Ours already, or nobody's: ours for another while.
HOLD = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class Leases:
    """The leases of one worker, which `owner` names."""

    def __init__(self, redis: Redis, owner: str) -> None:
        self._redis = redis
        self._owner = owner

    async def hold(self, project_id: int) -> bool:
        """Take or keep a bot; False if another worker has it. Raise `RedisError` if unknown."""
        held: Any = self._redis.eval(HOLD, 1, key(project_id), self._owner, str(TTL_MS))
        return await held == 1

    async def release(self, project_id: int) -> None:
        """Let the next worker have the bot at once."""
        released: Any = self._redis.eval(RELEASE, 1, key(project_id), self._owner)
        await released


def key(project_id: int) -> str:
    """Return the name of a bot's lease."""
    return f"switchboard:lease:bot:{project_id}"


def trust(redis_url: str) -> float:
    """Return for how many seconds a lease is ours while Redis is silent.

    A Redis on this machine that is down is down for every worker that could take the bot.
    """
    host = urlsplit(redis_url).hostname or "localhost"
    return float("inf") if host in LOOPBACK else TRUST_SECONDS


def next_fence(project: Project) -> int:
    """Take the bot's next number: from now on, writes with an earlier one are refused."""
    return db.session.execute(
        update(BotState)
        .where(BotState.project_id == project.id)
        .values(fence=BotState.fence + 1)
        .returning(BotState.fence)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def identity(data: Path) -> tuple[str, IO[str]]:
    """Return this worker's name and the file that is locked as long as the worker lives.

    A worker started again on the same data folder gets the name of the one that died, so
    its leases are its own at once.
    """
    folder = data / "workers"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(1, WORKERS):
        file = (folder / f"telegram-{number}").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        return name_in(file), file
    msg = f"{WORKERS} Telegram workers run on {data} already"
    raise RuntimeError(msg)


def name_in(file: IO[str]) -> str:
    """Read the name that is kept in a file, or write a new one."""
    file.seek(0)
    name = file.read().strip()
    if not name:
        name = secrets.token_hex(16)
        file.write(name)
        file.flush()
    return name
