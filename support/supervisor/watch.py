"""Watching: what ended is started again, what should stop is stopped."""

from __future__ import annotations

import math
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from support.supervisor import signals
from support.supervisor.children import Child, last_words
from support.supervisor.ground import Ground, Refused, say

if TYPE_CHECKING:
    from collections.abc import Callable

# The longest stop is 5 s: gunicorn gives open streams 3 s, then Valkey writes its last second.
GRACE, LAST_GRACE = 4.0, 0.8


class Watch:
    """The children of this installation, from their start to their end."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.children: list[Child] = []

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self.children.append(child)
        child.start(self.ground, time.monotonic())

    def until(
        self,
        holds: Callable[[], bool],
        *,
        seconds: float = math.inf,
        beat: float = 0.03,
        otherwise: str = "",
    ) -> None:
        """Tend the children until this holds; after these seconds refuse with a sentence."""
        limit = time.monotonic() + seconds
        while not holds():
            signals.wait(beat)
            self.tend(time.monotonic())
            if time.monotonic() > limit:
                raise Refused(otherwise)

    def tend(self, now: float) -> None:
        """Note who fell and start whoever has rested."""
        for child in self.children:
            if child.process and not child.is_running:
                self.note_fall(child, now)
            elif not child.process and child.due <= now:
                child.start(self.ground, now)

    def note_fall(self, child: Child, now: float) -> None:
        """Say in one line who ended, how, and when it comes back."""
        code, rest = child.code, child.fell(now)
        words = last_words(self.ground, child.name)
        say(f"{child.name} ended with code {code}, starts again in {rest:g} s; it said: {words}")

    def stop(self) -> None:
        """Stop the desk, then what it stands on; nothing is left when this returns."""
        self.end([child for child in self.children if not child.outlives], GRACE)
        self.end([child for child in self.children if child.outlives], LAST_GRACE)

    def end(self, children: list[Child], grace: float) -> None:
        """Ask these to stop; who has not after the grace, or a second signal, is killed."""
        limit = time.monotonic() + grace
        for child in children:
            child.ask_to_stop()
        with suppress(signals.Stopped):
            while any(child.is_running for child in children) and time.monotonic() < limit:
                signals.wait(0.05)
        for child in children:
            child.signal_group(signal.SIGKILL)
            if child.process:
                child.process.wait()
