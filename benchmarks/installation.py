"""A whole installation with nothing configured: `app.py` as a person starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes, settings
from benchmarks.figures import say
from benchmarks.plan import Plan
from benchmarks.servers import Fell
from support.config import ROOT
from support.supervisor.ground import ask, free_ports
from support.supervisor.signals import tied_to_us

HISTORY = "-m support.demo"  # the process that writes the demonstration's past


@dataclass(frozen=True)
class Installation:
    """A supervisor that was started, and where its pages are."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    def answers(self) -> bool:
        """Whether the login page is there."""
        request = b"GET /login HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
        return ask("127.0.0.1", self.port, request).partition(b" ")[2].startswith(b"200 ")

    def opened(self) -> float:
        """Wait for the login page; return the seconds since the start."""
        if not self.until(self.answers, seconds=60):
            raise Fell("app.py did not open its login page.")
        return time.perf_counter() - self.started

    def remembers(self) -> bool:
        """Whether the demonstration's past is being written now."""
        commands = map(processes.command, processes.tree(self.process.pid))
        return any(HISTORY in command for command in commands)

    def until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until this holds; False when it did not within these seconds."""
        limit = time.perf_counter() + seconds
        while not holds():
            if self.process.poll() is not None or time.perf_counter() > limit:
                return False
            threading.Event().wait(0.01)
        return True


@contextmanager
def running(data: Path, **environment: str) -> Generator[Installation]:
    """Run `app.py` on this data folder; it stops, with everything it started, afterwards."""
    port = free_ports(1)[0]
    with (data / "supervisor.log").open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=settings.environment(data, PORT=str(port), **environment),
            stdout=log,
            stderr=log,
            preexec_fn=tied_to_us(),  # noqa: PLW1509 - started before any thread
        )
    try:
        yield Installation(process, port, started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def initialised(plan: Plan) -> Generator[Path]:
    """Give a data folder on which a first start has finished everything it does once."""
    plan.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=plan.cache) as folder:
        with running(Path(folder), SWITCHBOARD_DEMO_SCRIPTS="0") as desk:
            say(f"the first start took {desk.opened():.1f} s")
            desk.until(desk.remembers, seconds=10)
            desk.until(lambda: not desk.remembers(), seconds=300)
        yield Path(folder)
