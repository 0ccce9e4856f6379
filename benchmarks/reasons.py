"""Reasons: what it costs to compare one customer's message with the shipped phrases."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

from benchmarks.figures import Figure, timed
from benchmarks.plan import Plan
from support import reasons
from support.reasons.matching import Ready
from support.reasons.phrase import pattern

CORPORA = Path(__file__).parents[1] / "tests" / "corpora"


def run(_plan: Plan) -> Generator[Figure]:
    """Compare the everyday messages of the corpora; no database is asked."""
    ready = Ready(
        (number, "suggest", pattern(folded, text))
        for number, phrases in enumerate(reasons.shipped_phrases().values())
        for text, folded in phrases
    )
    texts = (CORPORA / "clean.txt").read_text(encoding="utf-8").splitlines()
    ready.met_in(" ".join(texts)[:4_096])  # makes most expressions ready
    before = time.process_time()
    seconds = [seen(ready, text) for text in texts * 20]
    cost = time.process_time() - before
    yield timed("match", seconds, cpu_ms=1000 * cost / len(seconds))


def seen(ready: Ready, text: str) -> float:
    """Compare one message; return how long it took."""
    start = time.perf_counter()
    ready.met_in(text)
    return time.perf_counter() - start
