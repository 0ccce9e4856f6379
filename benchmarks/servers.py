"""The servers of a run: the product's own processes, on free loopback ports, in its folder."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from benchmarks import control, settings
from support.config import ROOT
from support.supervisor import desk
from support.supervisor.children import Child, last_words
from support.supervisor.ground import Ground, free_ports
from support.supervisor.valkey import Valkey
from support.supervisor.watch import Watch
from support.telegram.local import PUBLIC_KEY


class Fell(Exception):
    """A server ended in the middle of a benchmark, or never began to serve."""


class Servers:
    """Starts what a benchmark needs; what falls ends the benchmark instead of coming back."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.data = folder, folder / "data"
        self.data.mkdir(mode=0o700)
        self.port, self.wire, self.talk = free_ports(3)
        self.secret = secrets.token_hex(16)
        self.valkey = Valkey.on_free_port(folder / "valkey")
        lock = os.open(self.data / "lock", os.O_CREAT | os.O_RDWR)
        self.ground = Ground(
            ROOT, self.data, "127.0.0.1", self.port, self.environment(database_url), lock
        )
        self.watch = Watch(self.ground)

    def environment(self, database_url: str) -> dict[str, str]:
        """Return the environment of every process: Telegram is the local one beside them."""
        return settings.environment(
            self.data,
            DATABASE_URL=database_url,
            REDIS_URL=self.valkey.url,
            PORT=str(self.port),
            TELEGRAM_API_ID="1",
            TELEGRAM_API_HASH="of the local Telegram",
            TELEGRAM_ENDPOINT=f"127.0.0.1:{self.wire}",
            TELEGRAM_PUBLIC_KEY=str(PUBLIC_KEY),
            SWITCHBOARD_UNLIMITED="1",
        )

    def app(self) -> Flask:
        """Build the application in this process, over the same database and Valkey."""
        return settings.app_of(self.ground.environment)

    def pid(self, name: str) -> int:
        """Return the process of a server that was started."""
        process = next(child.process for child in self.watch.children if child.name == name)
        if process is None:
            raise Fell(f"{name} is not running.")
        return process.pid

    def start(self, child: Child, answers: Callable[[], object]) -> None:
        """Start a server and wait until it answers."""
        self.watch.start(child)
        self.until(answers, seconds=60)

    def start_valkey(self) -> None:
        """Start the embedded Valkey as an installation does."""
        self.start(self.valkey.child(), self.valkey.answers)

    def start_web(self) -> None:
        """Start gunicorn with the supervisor's own options."""
        self.start(Child("web", desk.web_command(self.ground)), self.ground.page_answers)

    def start_telegram(self) -> control.Control:
        """Start the local Telegram as a process of its own and return its control API."""
        command = [sys.executable, "-m", "support.telegram.local", "--secret", self.secret]
        command += ["--folder", str(self.folder / "telegram")]
        command += ["--port", str(self.wire), "--control-port", str(self.talk)]
        api = control.Control(self.talk, self.secret)
        self.start(Child("local-telegram", command), api.answers)
        return api

    def start_worker(self, online: Callable[[], object]) -> None:
        """Start the Telegram worker and wait until its bot is online."""
        self.start(Child("telegram", [sys.executable, "worker.py", "telegram"]), online)

    def stop(self, name: str) -> None:
        """End one server before the others."""
        child = next(child for child in self.watch.children if child.name == name)
        self.watch.children.remove(child)
        self.watch.end([child], grace=5.0)

    def until(self, holds: Callable[[], object], *, seconds: float, beat: float = 0.02) -> None:
        """Wait until this holds; a server that ends meanwhile, or the time, ends the benchmark."""
        limit = time.monotonic() + seconds
        while not holds():
            threading.Event().wait(beat)
            for child in self.watch.children:
                if not child.is_running:
                    raise Fell(f"{child.name} ended: {last_words(self.ground, child.name)}")
            if time.monotonic() > limit:
                raise Fell(f"Nothing came of it in {seconds:g} s; see {self.data / 'log'}.")


@contextmanager
def serving(folder: Path, database_url: str) -> Generator[Servers]:
    """Give the servers of a run with Valkey started; every process ends with it."""
    servers = Servers(folder, database_url)
    try:
        servers.start_valkey()
        yield servers
    finally:
        servers.watch.stop()
        os.close(servers.ground.lock)
