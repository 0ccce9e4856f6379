"""Start: from `app.py` on an initialised data folder to its login page."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path

from benchmarks import installation
from benchmarks.figures import Figure, say, timed
from benchmarks.plan import Plan


def run(plan: Plan, *, times: int = 5) -> Generator[Figure]:
    """Give the figure of warm starts, after a first one that made the data folder."""
    plan.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=plan.cache) as folder:
        say(f"the first start took {started(Path(folder)):.1f} s")
        yield timed("start_warm", [started(Path(folder)) for _ in range(times)])


def started(data: Path) -> float:
    """Start an installation, wait for its first page, and stop it."""
    with installation.running(data) as desk:
        return desk.opened()
