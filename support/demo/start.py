"""Brings the demonstration up beside the Telegram worker, and keeps its customers writing."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

from support.config import ROOT, Settings
from support.db import utcnow
from support.demo.control import Control
from support.demo.founding import found
from support.demo.pictures import folder_of
from support.demo.scripts import Troupe
from support.refusals import Refusal

if TYPE_CHECKING:
    from flask import Flask

HISTORY = (sys.executable, "-m", "support.demo")
BEAT = 2.0
PATIENCE = 0.5
TRIES = 60

log = logging.getLogger(__name__)


@dataclass
class Demonstration:
    """A thread beside the worker's own; it ends within a beat of being told to."""

    app: Flask
    settings: Settings
    stopping: Event = field(default_factory=Event)
    thread: Thread | None = None
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self.thread = Thread(target=self._run, name="demonstration", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End, and wait for it; what was half done goes on at the next start."""
        self.stopping.set()
        if self.child is not None:
            self.child.terminate()
        if self.thread is not None:
            self.thread.join(timeout=3)

    def _run(self) -> None:
        control = Control.of(self.settings)
        if not self._patiently(lambda: self._found(control)):
            return
        self._write_history()
        if self.settings.demo_scripts:
            troupe = Troupe(control, folder_of(self.settings.data))
            while not self.stopping.wait(BEAT):
                self._kindly(troupe.beat)

    def _found(self, control: Control) -> bool:
        with self.app.app_context():
            return found(self.settings, control, now=utcnow())

    def _patiently(self, deed: Callable[[], bool]) -> bool:
        """Try until the local Telegram answers; whether it did, and the deed said yes."""
        for _ in range(TRIES):
            try:
                return deed()
            except Refusal as refusal:
                log.info("the demonstration waits: %s", refusal)
            if self.stopping.wait(PATIENCE):
                break
        return False

    def _kindly(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except Refusal as refusal:
            log.info("a scripted customer was not heard: %s", refusal)

    def _write_history(self) -> None:
        if self.stopping.is_set():
            return
        # Its own process: what SQLAlchemy and Pillow take for it is given back at the end.
        self.child = subprocess.Popen(HISTORY, cwd=ROOT)  # noqa: S603 - our own module
        if self.child.wait() != 0 and not self.stopping.is_set():
            log.warning("the history of the demonstration is not complete; it goes on next time")


def start(app: Flask, settings: Settings) -> Demonstration:
    """Begin the demonstration once the local Telegram is up; never blocks the worker."""
    demonstration = Demonstration(app, settings)
    demonstration.start()
    return demonstration
