"""Memory: every process of an unconfigured installation, half a minute after it is ready.

The proportional set size divides a shared page among the processes that use it, ours or
not: measure on a machine on which no other Python runs.
"""

from __future__ import annotations

import threading
from collections.abc import Generator

from benchmarks import installation, processes
from benchmarks.figures import Figure, say
from benchmarks.plan import Plan


def run(plan: Plan, *, rest: float = 30.0) -> Generator[Figure]:
    """Give the memory of the whole stack, local Telegram included, its customers silent."""
    with (
        installation.initialised(plan) as data,
        installation.running(data, SWITCHBOARD_DEMO_SCRIPTS="0") as desk,
    ):
        desk.opened()
        threading.Event().wait(rest)
        members = processes.tree(desk.process.pid)
        for pid in members:
            say(f"{processes.pss_kib(pid) / 1024:6.1f} MB  {processes.command(pid)}")
        yield Figure("memory", len(members), mb=processes.pss_mb(desk.process.pid))
