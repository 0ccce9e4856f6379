"""The rounds of the jobs worker: what time brings, and what an event has missed.

A thread of the worker rather than a process of its own: it costs no memory (another process
would take 60 MB), and it goes on while the worker performs a long job or waits for its Redis.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from support import sweeps

if TYPE_CHECKING:
    from flask import Flask

BEAT_SECONDS = 1.0
SWEEP_EVERY = 3  # beats
FAREWELL_SECONDS = 0.8

log = logging.getLogger(__name__)


class Rounds:
    """Closes what is due and seals the audit log every second, and sweeps every third.

    Any number of workers may. What fails is logged, and tried again on the next round.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ending = Event()
        self._thread = Thread(target=self._walk, name="rounds", daemon=True)

    def __enter__(self) -> Rounds:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_fall: object) -> None:
        """End between two conversations; what is still under way then is rolled back."""
        self._ending.set()
        self._thread.join(FAREWELL_SECONDS)

    def _walk(self) -> None:
        beat = 0
        while not self._ending.wait(BEAT_SECONDS):
            beat += 1
            self._survive(sweeps.finish if beat % SWEEP_EVERY else sweeps.sweep)
            self._survive(partial(sweeps.seal, self._app.config["SETTINGS"].data))

    def _survive(self, deed: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                deed()
        except OperationalError as error:
            log.warning("the database is waited for: %s", error.orig)
        except Exception:
            log.exception("a round failed")
