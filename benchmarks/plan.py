"""What is to be measured: over how much data, on which database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from support.config import ROOT

CACHE = ROOT / "var" / "benchmarks"


@dataclass(frozen=True)
class Plan:
    """The size of the data set and the server that keeps it; no server means SQLite."""

    conversations: int = 100_000
    database_url: str = ""
    cache: Path = CACHE
