"""The stream: one ear per process at Redis, which tells every open page what it may hear.

A page that does not keep up is closed: it connects again, and its `ready` heals it by a GET.
"""

from __future__ import annotations

import logging
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Protocol, cast

from redis import Redis, RedisError

from support.live import CHANNEL, Poke, parse, wire

BACKLOG = 200
MOST_STREAMS = 200
MOST_OF_ONE_LOGIN = 6
BREATH = 1.0
DEAF_SECONDS = 2.0
READY = Poke(("ready",))

log = logging.getLogger(__name__)


class Ear(Protocol):
    """Who listens at a stream: see `support.access.Listener`."""

    @property
    def agent_id(self) -> int:
        """The agent at the page."""
        ...

    def hears(self, poke: Poke) -> bool:
        """Whether a poke may reach him."""
        ...


@dataclass(eq=False, slots=True)
class Stream:
    """One open page: who listens, by which login, and what he is still to be told."""

    ear: Ear
    login_id: int
    wire: socket.socket | None = None
    closed: Event = field(default_factory=Event)
    _pokes: Queue[Poke | None] = field(default_factory=lambda: Queue(BACKLOG))

    def offer(self, poke: Poke) -> None:
        """Keep a poke for this page; too many unread ones close it."""
        try:
            self._pokes.put_nowait(poke)
        except Full:
            self.close()

    def wait(self, seconds: float) -> Poke | None:
        """Return the next poke, or None when none came in time or the stream was closed."""
        try:
            return self._pokes.get(timeout=max(seconds, 0))
        except Empty:
            return None

    def close(self) -> None:
        """End the stream; its thread hears of it at once."""
        self.closed.set()
        try:
            self._pokes.put_nowait(None)
        except Full:
            return


class Broker:
    """The streams of this process, and the thread that fans pokes out to them."""

    def __init__(self, *, most: int = MOST_STREAMS) -> None:
        self.deaf = True
        # What the process itself does when it hears a name; it must not take long.
        self.deeds: dict[str, Callable[[Poke], object]] = {}
        self._most = most
        self._lock = Lock()
        self._streams: set[Stream] = set()
        self._thread: Thread | None = None

    def open(self, ear: Ear, login_id: int, wire: socket.socket | None = None) -> Stream | None:
        """Open a stream; None when this process or this login has as many as it may have."""
        with self._lock:
            own = sum(stream.login_id == login_id for stream in self._streams)
            if len(self._streams) >= self._most or own >= MOST_OF_ONE_LOGIN:
                return None
            stream = Stream(ear, login_id, wire)
            self._streams.add(stream)
        self.listen()
        return stream

    def listen(self) -> None:
        """Listen from now on, also before the first page is open."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._listen, name="live", daemon=True)
                self._thread.start()

    def drop(self, stream: Stream) -> None:
        """Forget a stream that has ended."""
        with self._lock:
            self._streams.discard(stream)

    @property
    def streams(self) -> list[Stream]:
        """The open streams, as they are now."""
        with self._lock:
            return list(self._streams)

    def tell(self, poke: Poke) -> None:
        """Hand a poke to every stream whose listener may hear it."""
        for stream in self.streams:
            if stream.ear.hears(poke):
                stream.offer(poke)

    def _listen(self) -> None:
        while True:
            try:
                self._subscribed(wire.redis)
            except (RedisError, OSError) as error:
                log.warning("the live channel is gone: %s", type(error).__name__)
            self.deaf = True
            # Pokes may be lost while nobody listens, so pages look for themselves.
            self._everyone(READY)
            Event().wait(DEAF_SECONDS)

    def _subscribed(self, redis: Redis) -> None:
        with redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(CHANNEL)
            if self.deaf:
                self.deaf = False
                self._everyone(READY)
            while True:
                message = channel.get_message(timeout=BREATH)
                if message is not None:
                    self._heard(parse(cast("bytes", message["data"])))
                else:
                    self._sweep()

    def _heard(self, poke: Poke) -> None:
        for name in poke.names:
            if name in self.deeds:
                self.deeds[name](poke)
        self.tell(poke)

    def _everyone(self, poke: Poke) -> None:
        for stream in self.streams:
            stream.offer(poke)

    def _sweep(self) -> None:
        """Close the streams whose browser has hung up: nothing else would tell before a write."""
        by_handle = {s.wire.fileno(): s for s in self.streams if s.wire is not None}
        poll = select.poll()
        for handle in by_handle:
            if handle >= 0:
                poll.register(handle, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
        for handle, _what in poll.poll(0):
            by_handle[handle].close()


broker = Broker()
