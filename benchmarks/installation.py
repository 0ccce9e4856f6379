"""A whole installation with nothing configured: `app.py` as a person starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import settings
from benchmarks.servers import Fell
from support.config import ROOT
from support.supervisor.ground import ask, free_ports
from support.supervisor.signals import tied_to_us


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
        limit = self.started + 60
        while not self.answers():
            if self.process.poll() is not None or time.perf_counter() > limit:
                raise Fell("app.py did not open its login page.")
            threading.Event().wait(0.01)
        return time.perf_counter() - self.started


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
