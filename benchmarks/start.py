"""Start: from `app.py` on an initialised data folder to its login page."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from benchmarks import installation
from benchmarks.figures import Figure, timed
from benchmarks.plan import Plan


def run(plan: Plan, *, times: int = 5) -> Generator[Figure]:
    """Give the figure of warm starts."""
    with installation.initialised(plan) as data:
        yield timed("start_warm", [started(data) for _ in range(times)])


def started(data: Path) -> float:
    """Start an installation, wait for its first page, and stop it."""
    with installation.running(data) as desk:
        return desk.opened()
