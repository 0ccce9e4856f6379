"""Figures: what a benchmark found out, one JSON object each on standard output."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure; what does not apply stays None and is not written.

    `cpu_ms` is user + system time per request or per operation, `mb` counts 1,024 KiB.
    """

    name: str
    n: int
    cpu_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    per_second: float | None = None
    mb: float | None = None

    def line(self) -> str:
        """Write the figure as one line of JSON."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps({name: rounded(value) for name, value in given.items()})


def rounded(value: float | str) -> float | str:
    """Keep as many places as a measurement on two cores deserves; of what is tiny, more."""
    if not isinstance(value, float):
        return value
    return round(value, 2 if abs(value) >= 0.1 else 4)


def timed(name: str, seconds: list[float], **others: float) -> Figure:
    """Make a figure of how long each of these operations took."""
    return Figure(
        name,
        len(seconds),
        p50_ms=1000 * percentile(seconds, 0.50),
        p95_ms=1000 * percentile(seconds, 0.95),
        p99_ms=1000 * percentile(seconds, 0.99),
        **others,
    )


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least this share of them does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def say(sentence: str) -> None:
    """Tell on standard error how far the benchmark is."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
