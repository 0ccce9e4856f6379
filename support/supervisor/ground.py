"""What the processes stand on: settings, the data folder and its lock, addresses."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from support.supervisor import signals

if TYPE_CHECKING:
    from collections.abc import Generator


class Refused(Exception):
    """The sentence why this machine cannot run Switchboard now."""


@dataclass(frozen=True)
class Ground:
    """Everything that is settled before the first process starts."""

    root: Path
    data: Path
    host: str
    port: int
    environment: dict[str, str]
    lock: int

    @staticmethod
    @contextmanager
    def prepare(root: Path) -> Generator[Ground]:
        """Settle the settings and hold the data folder; refuse what cannot work."""
        environment = settings(root)
        host, port = address_of(environment)
        data = Path(environment["SWITCHBOARD_DATA"])
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(data / "lock") as lock:
            refuse_taken(host, port)
            yield Ground(root, data, host, port, environment, lock)

    @property
    def address(self) -> str:
        """The address to type into a browser on this machine."""
        return f"http://{bracketed(self.near)}:{self.port}"

    @property
    def near(self) -> str:
        """The host as this machine reaches it."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    @property
    def bind(self) -> str:
        """The address as gunicorn takes it."""
        return f"{bracketed(self.host)}:{self.port}"

    def page_answers(self) -> bool:
        """Ask the health page; only an HTTP 200 counts, an open port answers too early."""
        request = f"GET /healthz HTTP/1.0\r\nHost: {bracketed(self.near)}:{self.port}\r\n\r\n"
        return ask(self.near, self.port, request.encode()).partition(b" ")[2].startswith(b"200 ")


def settings(root: Path) -> dict[str, str]:
    """Return the environment of every process: ours, `.env`, and what both leave open."""
    kept = {name: value for name, value in dotenv_values(root / ".env").items() if value}
    environment = {**kept, **os.environ, "PYTHONUNBUFFERED": "1"}
    data = environment.get("SWITCHBOARD_DATA") or root / "var"
    environment["SWITCHBOARD_DATA"] = str(Path(data).resolve())
    return environment | local_telegram(environment)


def local_telegram(environment: dict[str, str]) -> dict[str, str]:
    """Choose where the local Telegram listens, if no other Telegram is configured.

    Chosen here, so that a restarted worker comes back on the same ports.
    """
    given = [bool(environment.get(name)) for name in ("TELEGRAM_API_ID", "TELEGRAM_API_HASH")]
    if any(given) != all(given):
        raise Refused("Set both TELEGRAM_API_ID and TELEGRAM_API_HASH, or neither of them.")
    if any(given) or environment.get("TELEGRAM_ENDPOINT"):
        return {}
    wire, control = free_ports(2)
    return {
        "SWITCHBOARD_LOCAL_TELEGRAM": f"127.0.0.1:{wire}",
        "SWITCHBOARD_LOCAL_CONTROL": f"127.0.0.1:{control}",
        "SWITCHBOARD_LOCAL_SECRET": secrets.token_urlsafe(24),
    }


def address_of(environment: dict[str, str]) -> tuple[str, int]:
    """Read HOST and PORT."""
    host, port = environment.get("HOST") or "127.0.0.1", environment.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return host, int(port)


@contextmanager
def locked(path: Path) -> Generator[int]:
    """Hold the data folder; every child inherits the hold, so none is outlived by it."""
    with path.open("a+") as file:
        hold(file.fileno(), path)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def hold(lock: int, path: Path) -> None:
    """Take the lock, waiting only for the last children of a supervisor that died."""
    for _ in range(100):
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if is_alive(path.read_text()):
            break
        signals.wait(0.1)
    raise Refused(f"Switchboard is already running on {path.parent}.")


def is_alive(pid: str) -> bool:
    """Tell whether the process that wrote its number here still runs."""
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def refuse_taken(host: str, port: int) -> None:
    """Refuse a port that somebody else serves, before anything is started."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise Refused(f"Port {port} on {host} cannot be used: {error.strerror}.") from error


def free_ports(count: int) -> list[int]:
    """Find ports on the loopback that nobody uses now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def ask(host: str, port: int, request: bytes) -> bytes:
    """Send these bytes and return the whole answer, or nothing if there is none."""
    try:
        with socket.create_connection((host, port), timeout=0.5) as wire:
            wire.sendall(request)
            return b"".join(iter(lambda: wire.recv(4096), b""))
    except OSError:
        return b""


def bracketed(host: str) -> str:
    """Write an IPv6 address as URLs want it."""
    return f"[{host}]" if ":" in host else host


def say(sentence: str) -> None:
    """Write one line of the supervisor's own log."""
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {sentence}", file=sys.stderr, flush=True)
