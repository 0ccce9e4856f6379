"""The supervisor is run for real, over a small stand-in for the desk."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
import redis

from support.supervisor import ground, schema
from support.supervisor.children import Child
from tests import services

ROOT = Path(__file__).parent.parent
RUN = """
import pathlib, sys
from support import supervisor
sys.exit(supervisor.run([], root=pathlib.Path(sys.argv[1])))
"""
SETTINGS = ("REDIS_URL", "DATABASE_URL", "TELEGRAM_API_ID", "TELEGRAM_API_HASH", "HOST")
VERSION = 'revision = "{}"\ndown_revision = {}\n'


class Desk:
    """One installation under a supervisor of its own."""

    def __init__(self, data, **environment):
        self.data, self.port = data, services.free_port()
        clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        own = {"SWITCHBOARD_DATA": str(data), "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.environment = clean | own | environment
        self.start()

    def start(self):
        command = [sys.executable, "-c", RUN, str(ROOT / "tests" / "standin")]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        options = pipes | {"env": self.environment, "preexec_fn": hears_a_hangup}
        self.process = subprocess.Popen(command, **options)

    def ready(self):
        line = f"Switchboard is ready: http://127.0.0.1:{self.port}\n"
        assert self.process.stdout.readline() == line
        return self

    def page(self):
        answer = ground.ask("127.0.0.1", self.port, b"GET /healthz HTTP/1.0\r\n\r\n")
        return answer.endswith(b"well")

    def ended(self):
        """Return the exit code and what it said on either stream; a loaded machine takes long."""
        said = "".join(self.process.communicate(timeout=40))
        return self.process.returncode, said

    def worker(self, name):
        return (self.data / f"{name}.given").read_text().split()

    def processes(self):
        """Return every living process of this installation: each of them holds its lock."""
        lock, found = str(self.data / "lock"), {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if lock in map(os.readlink, (folder / "fd").iterdir()):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode()
        return found

    def master(self, part):
        """Return the child of the supervisor whose command has this in it, or None."""
        found = (pid for pid, line in self.processes().items() if part in line)
        return next((pid for pid in found if parent(pid) == self.process.pid), None)

    def killed(self, part):
        """Kill this process without a word and return once another has its place."""
        pid = services.until(lambda: self.master(part))
        os.kill(pid, signal.SIGKILL)
        services.until(lambda: self.master(part) not in (None, pid))


def hears_a_hangup():
    """Under nohup the tests hear none, nor would what they start."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def parent(pid):
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


@contextmanager
def desk(data, **environment):
    it = Desk(data, **environment)
    try:
        yield it
    finally:
        if it.process.poll() is None:
            it.process.terminate()
        it.process.communicate()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with desk(tmp_path_factory.mktemp("running") / "data") as it:
        yield it.ready()


def test_it_is_ready_when_a_page_answers(running):
    assert running.page()
    assert running.data.stat().st_mode & 0o777 == 0o700
    logs = {path.name for path in (running.data / "log").iterdir()}
    assert logs == {f"{name}.log" for name in ("jobs", "migrate", "telegram", "valkey", "web")}


def test_it_stays_small(running):
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    own = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    assert int(own.split()[1]) < 20_000


def test_no_list_of_processes_shows_the_password_of_valkey(running):
    environ = Path(f"/proc/{running.master('worker.py')}/environ").read_text()
    url = next(part[10:] for part in environ.split("\0") if part.startswith("REDIS_URL="))
    with closing(redis.Redis.from_url(url)) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        password = client.connection_pool.connection_kwargs["password"]
    assert not any(password in line for line in running.processes().values())


def test_a_killed_worker_comes_back_at_the_same_telegram(running):
    pid, telegram = running.worker("telegram")
    running.killed("telegram")
    services.until(lambda: running.worker("telegram")[0] != pid)
    assert running.worker("telegram")[1] == telegram
    said = running.process.stderr.readline()
    assert "telegram ended with code -9, starts again in 0.5 s" in said


def test_a_killed_web_and_a_killed_valkey_come_back(running):
    running.killed("valkey-server")
    running.killed("gunicorn")
    services.until(running.page)
    said = [running.process.stderr.readline() for _ in range(2)]
    assert [line.split()[1] for line in said] == ["valkey", "web"]


def test_a_second_one_on_the_same_data_is_refused(running):
    with desk(running.data) as second:
        code, said = second.ended()
    assert (code, said) == (1, f"Switchboard is already running on {running.data}.\n")
    assert running.page()


def test_a_port_in_use_is_refused(running, tmp_path):
    with desk(tmp_path / "data", PORT=str(running.port)) as second:
        code, said = second.ended()
    assert code == 1
    assert said.startswith(f"Port {running.port} on 127.0.0.1 cannot be used: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_leaves_nothing_though_a_stream_is_open(tmp_path, number):
    with desk(tmp_path / "data", REDIS_URL="redis://127.0.0.1:1/0") as it:
        it.ready()
        with socket.create_connection(("127.0.0.1", it.port)) as stream:
            stream.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            assert stream.recv(10)
            it.process.send_signal(number)
            code, said = it.ended()
        assert (code, said) == (0, "")
        assert it.processes() == {}


def test_a_killed_supervisor_leaves_no_orphan_and_its_place_can_be_taken(tmp_path):
    with desk(tmp_path / "data") as it:
        it.ready().process.kill()
        it.process.communicate()
        it.start()
        it.ready()
        alone = len(it.processes())
    assert alone == 6  # the supervisor, Valkey, gunicorn and its worker, two workers
    assert it.processes() == {}


def test_a_failed_migration_is_told_and_nothing_starts(tmp_path):
    with desk(tmp_path / "data", STANDIN_REFUSES="no such column") as it:
        code, said = it.ended()
    assert code == 1
    assert said == "The database could not be brought up to date: no such column\n"
    assert it.processes() == {}


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PORT", "http", "PORT must be a number from 1 to 65535, not 'http'.\n"),
        ("TELEGRAM_API_ID", "5", "Set both TELEGRAM_API_ID and TELEGRAM_API_HASH, or neither"),
    ],
    ids=["port", "telegram"],
)
def test_a_setting_that_cannot_be_is_refused(tmp_path, setting, value, sentence):
    with desk(tmp_path / "data", **{setting: value}) as it:
        code, said = it.ended()
    assert code == 1
    assert said.startswith(sentence)
    assert not it.data.exists()


def test_a_configured_telegram_is_not_replaced_by_the_local_one(tmp_path):
    real = {"TELEGRAM_API_ID": "5", "TELEGRAM_API_HASH": "f0"}
    with desk(tmp_path / "data", REDIS_URL="redis://127.0.0.1:1/0", **real) as it:
        it.ready()
        services.until((it.data / "telegram.given").exists)
        assert it.worker("telegram")[1] == "real"


def test_the_environment_outweighs_the_file_of_settings(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("SWITCHBOARD_DATA=/of/the/file\nHOST=0.0.0.0\n")
    monkeypatch.setenv("HOST", "::1")
    monkeypatch.delenv("SWITCHBOARD_DATA", raising=False)
    environment = ground.settings(tmp_path)
    assert (environment["HOST"], environment["SWITCHBOARD_DATA"]) == ("::1", "/of/the/file")
    assert environment["SWITCHBOARD_LOCAL_CONTROL"].startswith("127.0.0.1:")


def test_the_rest_after_a_fall_doubles_to_ten_seconds_and_begins_again():
    child = Child("web", ["true"])
    assert [child.fell(now=1.0) for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0]
    assert child.fell(now=40.0) == 0.5
    assert child.due == 40.5


def test_a_database_is_current_at_the_newest_revision_alone(tmp_path):
    (tmp_path / "1_first.py").write_text(VERSION.format("aaa", None))
    (tmp_path / "2_second.py").write_text(VERSION.format("bbb", '"aaa"'))
    newest = schema.newest(tmp_path)
    assert newest == {"bbb"}
    assert not schema.is_current(tmp_path / "none.db", newest)
    assert not schema.is_current(stamped(tmp_path / "old.db", "aaa"), newest)
    assert schema.is_current(stamped(tmp_path / "new.db", "bbb"), newest)


def stamped(file, revision):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        connection.commit()
    return file
