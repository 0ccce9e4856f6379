"""Signals are read, not handled: one thread, one place to wait."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody asked us to stop."""


def hold() -> None:
    """Keep the signals that we read from interrupting us; `nohup` keeps its meaning."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {*heard(), signal.SIGCHLD})


def wait(seconds: float) -> None:
    """Wait until a child ends or the time is over; raise `Stopped` if that is asked for."""
    arrived = signal.sigtimedwait({*heard(), signal.SIGCHLD}, seconds)
    if arrived and arrived.si_signo in STOPS:
        raise Stopped


def heard() -> set[signal.Signals]:
    """Return the signals that ask for a stop."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return STOPS - {signal.SIGHUP} if ignored else STOPS


def tied_to_us(farewell: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child does before it becomes its program: hear signals, die with its parent.

    The kernel ties it to the thread that forks: call from the main thread only.
    """
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def tie() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        libc.prctl(PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent:  # it died before the tie was made
            os._exit(1)

    return tie
