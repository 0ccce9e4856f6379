"""Workers: `python worker.py telegram` runs the bots, `python worker.py jobs` the jobs."""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NoReturn

from flask import Flask
from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from support import config, factory
from support.config import Settings
from support.rounds import Rounds

REST_SECONDS = 0.5
LOOK_SECONDS, LOOKS_A_BEAT = 0.2, 150
# A worker ends within three seconds, whatever its Redis does: it waits no longer for it.
ANSWER_SECONDS = 1.0

log = logging.getLogger("worker")


class Stop:
    """Whether this process was asked to end.

    A signal interrupts nothing half-way: it leaves a byte in a pipe, which takes no lock that
    the interrupted code may hold, and whoever waits looks there.
    """

    def __init__(self) -> None:
        self._asked, self._asks = os.pipe()
        self._deeds: list[Callable[[], None]] = []

    def listen(self) -> None:
        """Hear the signals from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask)

    def then(self, deed: Callable[[], None]) -> None:
        """Let this be done as soon as the end is asked for, also inside a signal handler."""
        self._deeds.append(deed)

    def ask(self, *_signal: object) -> None:
        """Ask to end."""
        os.write(self._asks, b".")
        for deed in self._deeds:
            deed()

    def was_asked(self, *, within: float = 0.0) -> bool:
        """Whether the end was asked for by now, or `within` some seconds."""
        return bool(select.select([self._asked], [], [], within)[0])


class DeskWorker(SimpleWorker):
    """Performs jobs in this process, each in an application context of its own.

    It waits for its end, not in Redis, and leaves a Redis that it has lost to the worker that
    follows it.
    """

    app: Flask
    stop: Stop
    is_lost = False

    def perform_job(self, *args: Any, **options: Any) -> bool:
        """Give the job a session that ends with it."""
        with self.app.app_context():
            return super().perform_job(*args, **options)

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue]:
        """Look for a job until there is one, the end is asked for, or Redis is lost."""
        del timeout, max_idle_time
        with self._patience():
            self.set_state(WorkerStatus.IDLE)
            while True:
                if found := self._looked():
                    return found
        raise StopRequested

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Perform a job; Redis is lost also if it cannot be told how that went."""
        with self._patience():
            super().execute_job(job, queue)

    @contextmanager
    def _patience(self) -> Generator[None]:
        """End this worker, another one will follow, when Redis is away or does not answer."""
        try:
            yield
        except RedisError as error:
            log.warning("Redis is waited for: %s", type(error).__name__)
            self.is_lost = True
            raise StopRequested from error

    def _looked(self) -> tuple[Job, Queue] | None:
        """Show that we live, which Redis writes to its disk, and look some times for a job."""
        self.heartbeat()
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()
        for _ in range(LOOKS_A_BEAT):
            if self.stop.was_asked():
                raise StopRequested
            if found := self.queue_class.dequeue_any(
                self.queues, None, self.connection, serializer=self.serializer
            ):
                return found
            self.stop.was_asked(within=LOOK_SECONDS)
        return None

    def _set_connection(self, connection: Redis) -> Redis:
        """Keep the connection's own timeout: it has no long waits."""
        return connection

    def check_for_suspension(self, burst: bool) -> None:
        """Nobody suspends our workers: Redis need not be asked before every job."""

    def _install_signal_handlers(self) -> None:
        """The signals stay with the process, which hears them all its life."""

    def subscribe(self) -> None:
        """Nobody commands our workers over Redis: that needs no thread."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""

    def teardown(self) -> None:
        """Sign off, if there still is a Redis to sign off from."""
        if not self.is_lost:
            with suppress(RedisError):
                super().teardown()


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
            stack.enter_context(bots(app, settings, stop))
        else:
            stack.enter_context(Rounds(app))
        serve(app, settings, names[0], stop)
    return 0


def serve(app: Flask, settings: Settings, name: str, stop: Stop) -> None:
    """Work until asked to end; a Redis that went away is waited for."""
    while not stop.was_asked():
        try:
            desk_worker(app, settings, name, stop).work(logging_level="WARNING")
        except (RedisError, OSError) as error:
            log.warning("Redis is waited for: %s", type(error).__name__)
        stop.was_asked(within=REST_SECONDS)


def desk_worker(app: Flask, settings: Settings, name: str, stop: Stop) -> DeskWorker:
    """Return a worker with a connection of its own, which is soon given up."""
    worker = DeskWorker(
        [name],
        connection=Redis.from_url(
            settings.redis_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        ),
        serializer=JSONSerializer,
        log_job_description=False,
    )
    worker.app, worker.stop = app, stop
    return worker


@contextmanager
def bots(app: Flask, settings: Settings, stop: Stop) -> Generator[None]:
    """Run the bots, and in a demonstration first the Telegram that they talk to."""
    from support.telegram.loop import Loop  # noqa: PLC0415 - 100 MB, which the jobs do without

    with ExitStack() as stack:
        if settings.demo:
            stack.enter_context(demonstration(app, settings))
        loop = Loop(app, settings)
        loop.start()
        stack.callback(loop.stop)
        stop.then(loop.end)
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


def leave(code: int) -> NoReturn:
    """End the process now: a thread that still waits for Redis does not hold it up.

    What was under way is repeated later, as after a crash.
    """
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
