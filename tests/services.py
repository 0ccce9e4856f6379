"""The servers that tests stand on: PostgreSQL, Valkey, and where Chromium is."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from support.supervisor.signals import tied_to_us
from support.supervisor.valkey import Valkey, binary

FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=120")
# The first one is the same browser without its window: half the work for the processor.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)


class Missing(Exception):
    """A server program that is not installed on this machine."""


def until(holds, *, seconds=40.0, beat=0.02):
    """Return what this gives as soon as it is true; fail after these seconds.

    They are many: only a failure takes them, and a loaded machine may need some.
    """
    limit = time.monotonic() + seconds
    while not (given := holds()):
        assert time.monotonic() < limit, f"{holds} did not come true in {seconds} s"
        threading.Event().wait(beat)
    return given


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def chromium():
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def valkey(folder):
    """Run the embedded Valkey on a free port and give its URL; it dies with the tests."""
    store = Valkey.on_free_port(Path(folder))
    command = [str(binary()), "-"]
    with (Path(folder) / "log").open("wb") as log:
        process = tied(command, signal.SIGTERM, log, stdin=subprocess.PIPE)
    with process.stdin:
        process.stdin.write(store.configuration().encode())
    try:
        until(store.answers)
        yield store.url
    finally:
        process.kill()
        process.wait()


def tied(command, farewell, log, **options):
    """Start a server that ends with us, also when we are killed."""
    options |= {"stdout": log, "stderr": log, "preexec_fn": tied_to_us(farewell)}
    return subprocess.Popen(command, **options)


@dataclass(frozen=True)
class Postgres:
    """A server with one role, `desk`, that may do everything."""

    port: int

    def url(self, name="postgres"):
        return f"postgresql+psycopg://desk@127.0.0.1:{self.port}/{name}"

    def create(self, *, template="template1"):
        """Create a database, in 24 ms if its template has the tables, and give its name."""
        name = f"desk_{secrets.token_hex(6)}"
        self.do("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name):
        self.do("DROP DATABASE {} WITH (FORCE)", name)

    def answers(self):
        with suppress(psycopg.OperationalError):
            self.do("SELECT 1")
            return True
        return False

    def do(self, statement, *names):
        where = f"postgresql://desk@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(where, autocommit=True, connect_timeout=10) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def postgres():
    """Run a PostgreSQL of its own, without durability, and give it; it dies with the tests."""
    programs = postgres_programs()
    if programs is None:
        raise Missing("no PostgreSQL server programs are installed")
    # Not pytest's tmp_path: the role that owns the server cannot reach into root's folders.
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-", dir="/tmp"))
    try:
        os.chown(folder, *owner())
        init = [programs / "initdb", "-D", folder / "data", "-U", "desk", "-A", "trust"]
        init += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(init, check=True, stdout=subprocess.DEVNULL, **as_owner())
        with served(programs, folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_programs():
    """Return the folder of Debian's newest PostgreSQL server, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


@contextmanager
def served(programs, folder):
    """Serve this data folder; a port that was taken in between is chosen once more."""
    process, server = started(programs, folder)
    if process.poll() is not None:
        process, server = started(programs, folder)
    try:
        assert process.poll() is None, (folder / "log").read_text()
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # its immediate shutdown
        process.wait()


def started(programs, folder):
    """Start the server and wait until it answers or has ended."""
    server = Postgres(free_port())
    command = [programs / "postgres", "-D", folder / "data", "-p", str(server.port)]
    command += ["-h", "127.0.0.1", "-k", folder]
    command += [part for setting in FAST for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = tied(command, signal.SIGQUIT, log, **as_owner())
    until(lambda: process.poll() is not None or server.answers())
    return process, server


def owner():
    """Return who may run PostgreSQL: never root, whom it refuses."""
    if os.getuid():
        return os.getuid(), os.getgid()
    role = pwd.getpwnam("postgres")
    return role.pw_uid, role.pw_gid


def as_owner():
    """Return the arguments that start a program as its owner, where he may be."""
    user, group = owner()
    chosen = {} if os.getuid() else {"user": user, "group": group, "extra_groups": []}
    return {"cwd": "/", **chosen}
