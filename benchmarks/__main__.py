"""`python -m benchmarks NAME`: measure the desk; one JSON object per figure on standard output."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from benchmarks.figures import say
from benchmarks.plan import Plan

NAMES = (
    "pages",
    "ingest",
    "live",
    "routing",
    "reasons",
    "risk",
    "sla",
    "reports",
    "start",
    "memory",
)
YEARLY = 200_000  # conversations that the reports read
UNCONFIGURED = ("reasons", "start", "memory")


def main() -> None:
    """Run one benchmark and write its figures as they come."""
    given = arguments()
    usual = YEARLY if given.name == "reports" else Plan.conversations
    plan = Plan(given.conversations or usual, given.database_url)
    benchmark = import_module(f"benchmarks.{given.name}")
    for figure in benchmark.run(plan):
        sys.stdout.write(figure.line() + "\n")
        sys.stdout.flush()
    say(f"{given.name} is done")


def arguments() -> argparse.Namespace:
    """Read the command line; refuse what would measure something else than it says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES, help="what to measure")
    parser.add_argument("--conversations", type=int, metavar="N")
    parser.add_argument("--database-url", default="", metavar="URL", help="a PostgreSQL server")
    given = parser.parse_args()
    if given.conversations is not None and given.conversations < 24:
        parser.error("A data set has at least 24 conversations.")
    if given.database_url and not given.database_url.startswith("postgres"):
        parser.error("--database-url names a PostgreSQL server; without it SQLite is measured.")
    if given.database_url and given.name in UNCONFIGURED:
        parser.error(f"{given.name} measures an install with nothing configured: that is SQLite.")
    return given


if __name__ == "__main__":
    main()
