"""Live pokes: ids only, over Redis, after the commit; and who is here right now.

Nothing lives in Redis alone: a lost poke is healed by the next GET.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import cast

from redis import Redis, RedisError

from support.db import ring

CHANNEL = "switchboard:live"
PRESENT = "switchboard:present"
PRESENT_SECONDS = 60
# One answer instead of one per agent: reading many costs more than anything else here.
RECENT = "return table.concat(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf'), ' ')"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Poke:
    """What happened, to which conversation, and who may be told.

    `names` are the events a browser gets. Supervisors, auditors and owners of the project
    are told everything; other agents when they are in `agents`, or when `queue` says that
    the conversation waits for anyone of the project.
    """

    names: tuple[str, ...]
    project: int | None = None
    agents: tuple[int, ...] = ()
    queue: bool = False
    data: str = ""


FIELDS = tuple(field.name for field in fields(Poke))


class Wire:
    """The process's link to Redis, bound to a URL by the application factory.

    `present` names who is here; a process that tells a past has a list of its own for it.
    """

    def __init__(self) -> None:
        self._redis: Redis | None = None
        self.present = PRESENT

    def bind(self, url: str) -> None:
        """Point the wire at a server; no connection is made yet."""
        self._redis = Redis.from_url(
            url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30
        )

    @property
    def redis(self) -> Redis:
        """The client of this process."""
        if self._redis is None:
            msg = "the wire is not bound"
            raise RuntimeError(msg)
        return self._redis


wire = Wire()


def poke(
    *names: str,
    project: int | None = None,
    agents: tuple[int, ...] = (),
    queue: bool = False,
    data: str = "",
) -> None:
    """Ask for a poke to leave once the running transaction is committed."""
    send_after_commit(Poke(names, project, agents, queue, data))


def send_after_commit(message: Poke) -> None:
    """Ring a poke once the running transaction is committed."""
    ring(lambda: publish(message))


def publish(message: Poke) -> None:
    """Send a poke now; a dead Redis costs only the poke."""
    try:
        wire.redis.publish(CHANNEL, packed(message))
    except RedisError as error:
        log.warning("a live poke was lost: %s", type(error).__name__)


def packed(message: Poke) -> str:
    """Write a poke for the wire."""
    return json.dumps({name: getattr(message, name) for name in FIELDS})


def parse(raw: bytes) -> Poke:
    """Read a poke from the wire."""
    told = json.loads(raw)
    names, agents = tuple(told.pop("names")), tuple(told.pop("agents"))
    return Poke(names=names, agents=agents, **told)


def seen(agent_id: int, *, now: datetime) -> bool:
    """Note that an agent has an open page; return whether he has just come online."""
    try:
        before = wire.redis.zscore(wire.present, str(agent_id))
        wire.redis.zadd(wire.present, {str(agent_id): now.timestamp()})
    except RedisError:
        return False
    return not isinstance(before, float) or now.timestamp() - before > PRESENT_SECONDS


def last_seen() -> dict[int, datetime] | None:
    """Return when each agent's page was last heard; None when nobody can tell."""
    try:
        found = wire.redis.zrange(wire.present, 0, -1, withscores=True)
    except RedisError:
        return None
    return {int(agent_id): datetime.fromtimestamp(at, UTC) for agent_id, at in found}  # type: ignore[union-attr]


def gone(agent_id: int) -> None:
    """Forget an agent's presence at once, as at logout."""
    try:
        wire.redis.zrem(wire.present, str(agent_id))
    except RedisError:
        log.warning("presence of an agent could not be cleared")


def online(*, now: datetime) -> set[int]:
    """Return the ids of the agents who had an open page in the last 60 seconds."""
    since = now.timestamp() - PRESENT_SECONDS
    try:
        recent = cast("bytes", wire.redis.eval(RECENT, 1, wire.present, str(since)))
    except RedisError:
        return set()
    return set(map(int, recent.split()))
