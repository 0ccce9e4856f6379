"""Brings the demonstration up beside the Telegram worker, and keeps its customers writing."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

from support.config import ROOT, Settings
from support.db import db, utcnow
from support.demo.control import Control
from support.demo.founding import register, settle
from support.demo.pictures import folder_of
from support.demo.scripts import Troupe
from support.refusals import Refusal

if TYPE_CHECKING:
    from flask import Flask

HISTORY = (sys.executable, "-m", "support.demo")
BEAT = 2.0

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
        """Found the desk if it is empty, then go on in the thread."""
        with self.app.app_context():
            ours = settle(self.settings, now=utcnow())
            db.session.remove()
        if ours:
            register(Control.of(self.settings))
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
        self._write_history()
        if self.settings.demo_scripts:
            troupe = Troupe(Control.of(self.settings), folder_of(self.settings.data))
            while not self.stopping.wait(BEAT):
                self._play(troupe)

    def _play(self, troupe: Troupe) -> None:
        try:
            troupe.beat()
        except Refusal as refusal:
            log.info("a scripted customer was not heard: %s", refusal)

    def _write_history(self) -> None:
        if self.stopping.is_set():
            return
        # Its own process: what SQLAlchemy and Pillow take for it is given back at the end.
        self.child = subprocess.Popen(HISTORY, cwd=ROOT)  # noqa: S603 - our own module
        if self.stopping.is_set():  # asked between the question above and the child's birth
            self.child.terminate()
        if self.child.wait() != 0 and not self.stopping.is_set():
            log.warning("the history of the demonstration is not complete; it goes on next time")


def start(app: Flask, settings: Settings) -> Demonstration:
    """Begin the demonstration once the local Telegram is up, and before the bots log in.

    Returns when team, projects and bots are there: at once, but for the first time's second.
    """
    demonstration = Demonstration(app, settings)
    demonstration.start()
    return demonstration
