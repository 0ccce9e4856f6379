"""The benchmarks run, at sizes that prove nothing but that they run; the data set is consistent."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks import dataset, figures, processes
from benchmarks.plan import Plan

ROOT = Path(__file__).parent.parent
SMALL = 48
# A process or several for each; what all have in common is tried by the pages'.
with_time = pytest.mark.skipif(
    os.environ.get("SWITCHBOARD_FULL") != "1", reason="takes long: with SWITCHBOARD_FULL=1"
)
# In a process of their own: a benchmark points this process's wire at its own Valkey.
RUN = """
import json, pathlib, sys
from importlib import import_module
from benchmarks.plan import Plan
name, cache, sizes = sys.argv[1], pathlib.Path(sys.argv[2]), json.loads(sys.argv[3])
for figure in import_module("benchmarks." + name).run(Plan(48, cache=cache), **sizes):
    print(figure.line())
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


BUILD = """
import pathlib, sys
from benchmarks import dataset
from benchmarks.plan import Plan
with dataset.copied(Plan(48, cache=pathlib.Path(sys.argv[1]))):
    pass
"""


@pytest.fixture(scope="module")
def rows(cache):
    subprocess.run([sys.executable, "-c", BUILD, str(cache)], cwd=ROOT, check=True)
    with dataset.copied(Plan(SMALL, cache=cache)) as (_folder, url):
        engine = create_engine(url)
        with engine.connect() as connection:
            yield lambda statement: connection.execute(text(statement)).all()
        engine.dispose()


def run(name, cache, **sizes):
    command = [sys.executable, "-c", RUN, name, str(cache), json.dumps(sizes)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    lines = map(json.loads, done.stdout.splitlines())
    return {figure["name"]: figure for figure in lines}


def test_pages(cache, rows):
    found = run("pages", cache, times=3, warm=1)
    assert set(found) == {"inbox", "inbox_all", "conversation", "reply"}
    assert all(f["n"] == 3 and f["p50_ms"] <= f["p99_ms"] for f in found.values())


@with_time
def test_ingest(cache, rows):
    found = run("ingest", cache, incoming=200, outgoing=100, chats=5)
    assert set(found) == {"inbound", "inbound_backlog", "outbound"}
    assert all(figure["per_second"] > 0 for figure in found.values())


@with_time
def test_live(cache, rows):
    found = run("live", cache, sizes=[2], seconds=1)
    assert found["live_2"]["n"] == 20
    assert found["live_2"]["p99_ms"] > 0


@with_time
def test_start(cache):
    assert run("start", cache, times=1)["start_warm"]["p50_ms"] > 0


@with_time
def test_memory(cache):
    memory = run("memory", cache, rest=0)["memory"]
    assert memory["n"] >= 5
    assert memory["mb"] > 50


@with_time
def test_sla(cache):
    found = run("sla", cache, times=200, running=400)
    assert 0 < found["due"]["p50_ms"] < 5
    assert found["due_first"]["n"] == 20
    assert found["clock"]["n"] == 400
    assert found["sweep"]["cpu_ms"] > 0


def test_risk(cache):
    found = run("risk", cache, times=20)
    assert set(found) == {"normalise", "match", "gate"}
    assert all(figure["cpu_ms"] > 0 for figure in found.values())


def test_the_memory_of_a_tree_counts_its_children():
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', '''"
    program += "import sys; blob = b'x' * 30_000_000; print(flush=True); sys.stdin.read()'''])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as child:
        child.stdout.readline()
        assert len(processes.tree(child.pid)) == 2
        assert processes.pss_mb(child.pid) > 30
        child.stdin.close()


def test_nothing_is_left_of_a_run(cache, rows):
    with dataset.copied(Plan(SMALL, cache=cache)) as (folder, _url):
        assert folder.exists()
    assert not folder.exists()


def test_the_rows_agree_with_each_other(rows):
    assert rows("SELECT count(*) FROM conversation") == [(SMALL,)]
    assert rows(
        "SELECT DISTINCT (SELECT count(*) FROM message WHERE conversation_id = c.id) "
        "FROM conversation c"
    ) == [(8,)]
    unread = "SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND m.seq > c.read_seq"
    assert rows(f"SELECT c.id FROM conversation c WHERE c.unread_count <> ({unread})") == []
    last = "SELECT max(id) FROM message m WHERE m.conversation_id = c.id"
    assert rows(f"SELECT c.id FROM conversation c WHERE c.last_message_id <> ({last})") == []
    numbers = "SELECT max(rev) FROM message m WHERE m.customer_id = c.id"
    assert rows(f"SELECT c.id FROM customer c WHERE c.seq < ({numbers})") == []
    held = "SELECT agent_id FROM assignment WHERE conversation_id = c.id AND ended_at IS NULL"
    running = "c.status <> 'resolved' AND c.assignee_id IS NOT NULL"
    assert (
        rows(f"SELECT c.id FROM conversation c WHERE {running} AND c.assignee_id <> ({held})") == []
    )


def test_some_conversations_are_open_and_some_of_them_wait(rows):
    statuses = "SELECT status, assignee_id IS NULL, count(*) FROM conversation GROUP BY 1, 2"
    found = {(status, bool(waits)): count for status, waits, count in rows(statuses)}
    assert found == {("open", False): 9, ("open", True): 3, ("resolved", False): 36}


def test_a_percentile_is_the_nearest_rank():
    values = [float(n) for n in range(100, 0, -1)]
    assert [figures.percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert figures.percentile([3.0], 0.5) == 3


def test_a_figure_writes_only_what_applies():
    figure = figures.Figure("memory", 7, mb=312.3456)
    assert json.loads(figure.line()) == {"name": "memory", "n": 7, "mb": 312.35}
    tiny = figures.Figure("due", 7, p50_ms=0.003612)
    assert json.loads(tiny.line()) == {"name": "due", "n": 7, "p50_ms": 0.0036}


def test_the_processor_time_of_children_counts_also_after_their_end():
    program = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(3 * 10**7))'])"
    )
    program += "; print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as child:
        child.stdout.readline()
        assert processes.cpu_seconds(child.pid) > 0.1
        child.communicate(b"\n")
    assert processes.cpu_seconds(child.pid) == 0


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["pages", "--conversations", "3"],
        ["memory", "--database-url", "postgresql://x"],
        ["pages", "--database-url", "sqlite:///x"],
    ],
)
def test_the_command_line_refuses_what_it_cannot_measure(words):
    command = [sys.executable, "-m", "benchmarks", *words]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "error:" in done.stderr
