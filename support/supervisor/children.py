"""A process that is kept alive: how it starts, how long it rests after a fall, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.supervisor import signals

if TYPE_CHECKING:
    from pathlib import Path

    from support.supervisor.ground import Ground

FIRST_REST, LONGEST_REST = 0.5, 10.0  # seconds
STEADY = 30.0  # seconds after which a fall counts as the first again
LARGEST_LOG = 5_000_000  # bytes, looked at when a process starts


@dataclass
class Child:
    """One program of the installation and the process that runs it now."""

    name: str
    command: list[str]
    told: str = ""  # given on standard input, where no list of processes shows it
    outlives: bool = False  # stopped after the others, which need it
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    due: float = field(default=0.0, init=False)
    rest: float = field(default=FIRST_REST, init=False)

    def start(self, ground: Ground, now: float) -> None:
        """Start the program in a session of its own, tied to our life."""
        self.started = now
        with log_file(ground, self.name).open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the commands are our own
                self.command,
                cwd=ground.root,
                env=ground.environment,
                stdin=subprocess.PIPE if self.told else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(ground.lock,),
                preexec_fn=signals.tied_to_us(),  # noqa: PLW1509 - we have one thread
            )
        self.tell()

    def tell(self) -> None:
        """Hand over what the program reads from its standard input."""
        if self.process and self.process.stdin:
            with suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(self.told.encode())

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended; an ended one is collected by the asking."""
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int | None:
        """The exit code of the last process that ended."""
        return self.process.returncode if self.process else None

    def fell(self, now: float) -> float:
        """Clear away what the fallen process left; return the seconds until it starts again."""
        self.signal_group(signal.SIGTERM)
        self.process = None
        rest = FIRST_REST if now - self.started >= STEADY else self.rest
        self.due, self.rest = now + rest, min(rest * 2, LONGEST_REST)
        return rest

    def ask_to_stop(self) -> None:
        """Ask the process, not its helpers: it knows how to end them."""
        if self.process and self.is_running:
            self.process.terminate()

    def signal_group(self, number: signal.Signals) -> None:
        """Reach every process of the program, also the ones it left behind."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def log_file(ground: Ground, name: str) -> Path:
    """Return where this program writes; one that grew too large is put aside first."""
    folder = ground.data / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(folder / f"{name}.log.1")
    return path


def last_words(ground: Ground, name: str) -> str:
    """Return the last line that this program wrote."""
    with log_file(ground, name).open("rb") as log:
        log.seek(-min(2000, log.seek(0, os.SEEK_END)), os.SEEK_END)
        lines = log.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")
