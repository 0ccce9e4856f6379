"""Workers: `python worker.py telegram` runs the bots, `python worker.py jobs` the jobs."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from flask import Flask
from redis import Redis, RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from support import config, factory
from support.config import Settings
from support.rounds import Rounds

REST_SECONDS = 0.5

log = logging.getLogger("worker")


class DeskWorker(SimpleWorker):
    """Performs jobs in this process, each in an application context of its own."""

    app: Flask
    max_connection_wait_time = 2.0

    def perform_job(self, *args: Any, **options: Any) -> bool:
        """Give the job a session that ends with it."""
        with self.app.app_context():
            return super().perform_job(*args, **options)

    def subscribe(self) -> None:
        """Nobody commands our workers over Redis: that needs no thread."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""

    def teardown(self) -> None:
        """Sign off, if there still is a Redis to sign off from."""
        with suppress(RedisError):
            super().teardown()

    @property
    def was_stopped(self) -> bool:
        """Whether it ended because it was asked to."""
        return self._stop_requested

    def _shutdown(self) -> None:
        """Stop now, or after the running job; Redis need not be asked which."""
        self._stop_requested = True
        if not self.executions:
            raise StopRequested


class Stop:
    """Whether this process was asked to end."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def listen(self) -> None:
        """Hear the signals again: a worker takes them for itself while it works."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask)

    def ask(self, *_signal: object) -> None:
        """Ask to end."""
        self._asked.set()

    def was_asked(self, *, within: float = 0.0) -> bool:
        """Whether the end was asked for by now, or `within` some seconds."""
        return self._asked.wait(within)


def main(names: list[str]) -> int:
    """Run the worker that the command line names."""
    if names not in (["telegram"], ["jobs"]):
        sys.stderr.write("usage: worker.py telegram|jobs\n")
        return 2
    settings = config.load()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # The Telegram library writes notes of unknown errors where the process stands.
    os.chdir(settings.data)
    stop = Stop()
    stop.listen()
    with ExitStack() as stack:
        app = factory.build(settings)
        if names == ["telegram"]:
            stack.enter_context(bots(app, settings))
        else:
            stack.enter_context(Rounds(app))
        serve(app, settings, names[0], stop)
    return 0


def serve(app: Flask, settings: Settings, name: str, stop: Stop) -> None:
    """Work until asked to end; a Redis that went away is waited for."""
    while not stop.was_asked():
        try:
            worker = desk_worker(app, settings, name)
            worker.work(logging_level="WARNING")
            if worker.was_stopped:
                return
        except (RedisError, OSError) as error:
            log.warning("Redis is waited for: %s", type(error).__name__)
        stop.listen()
        if stop.was_asked(within=REST_SECONDS):
            return


def desk_worker(app: Flask, settings: Settings, name: str) -> DeskWorker:
    """Return a worker with a connection of its own, which waits longer than others may."""
    worker = DeskWorker(
        [name],
        connection=Redis.from_url(settings.redis_url, socket_connect_timeout=2),
        serializer=JSONSerializer,
        log_job_description=False,
    )
    worker.app = app
    return worker


@contextmanager
def bots(app: Flask, settings: Settings) -> Generator[None]:
    """Run the bots, and in a demonstration first the Telegram that they talk to."""
    from support.telegram.loop import Loop  # noqa: PLC0415 - 100 MB, which the jobs do without

    with ExitStack() as stack:
        if settings.demo:
            stack.enter_context(demonstration(app, settings))
        loop = Loop(app, settings)
        loop.start()
        stack.callback(loop.stop)
        yield


@contextmanager
def demonstration(app: Flask, settings: Settings) -> Generator[None]:
    """Run the local Telegram, and the people of the demonstration on it."""
    from support.demo.start import start  # noqa: PLC0415 - only here
    from support.telegram import local  # noqa: PLC0415 - only here

    port, control = (
        int(address.rpartition(":")[2])
        for address in (settings.local_telegram, settings.local_control)
    )
    folder = settings.data / "local-telegram"
    telegram = local.run_in_thread(folder, port, control, settings.local_secret)
    people = start(app, settings)
    try:
        yield
    finally:
        people.stop()
        telegram.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
