"""The supervisor of a one-machine install: it starts every process, restarts what falls, stops all.

It stays small (no Flask, no SQLAlchemy), so that what must never fall has little that can.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from support.supervisor import desk, ground, schema, signals, valkey
from support.supervisor.ground import Refused
from support.supervisor.watch import Watch

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = "Run every process of Switchboard on this machine until Ctrl-C."


def run(argv: list[str], *, root: Path = ROOT) -> int:
    """Run the installation until it is told to stop; return the exit code of the program."""
    argparse.ArgumentParser(prog="app.py", description=DESCRIPTION).parse_args(argv)
    signals.hold()
    try:
        with ground.Ground.prepare(root) as prepared:
            serve(prepared)
    except signals.Stopped:
        return 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def serve(prepared: ground.Ground) -> None:
    """Keep everything running until a stop is asked for, then leave nothing behind."""
    watch = Watch(prepared)
    try:
        bring_up(watch, prepared)
        watch.until(lambda: False, beat=0.5)
    finally:
        watch.stop()


def bring_up(watch: Watch, prepared: ground.Ground) -> None:
    """Start Valkey, bring the schema up to date, start the rest, and say when a page answers."""
    store = valkey.chosen(prepared)
    if store:
        watch.start(store.child())
    schema.bring_up_to_date(watch, prepared)
    if store:
        watch.until(store.answers, seconds=30, otherwise=store.silence())
    for child in desk.children(prepared):
        watch.start(child)
    watch.until(prepared.page_answers)
    print(f"Switchboard is ready: {prepared.address}", flush=True)
