"""Exact middles, ranks and ratios of ordered numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence


def median(ordered: Sequence[int]) -> float | None:
    """Return the middle of an ordered list; of two in the middle their mean."""
    if not ordered:
        return None
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(ordered: Sequence[int], share: int) -> int | None:
    """Return the smallest value that `share` percent do not exceed: nearest rank, exact."""
    return ordered[math.ceil(len(ordered) * share / 100) - 1] if ordered else None


def ratio(part: float, whole: float) -> float | None:
    """Divide; nothing of nothing is no figure."""
    return part / whole if whole else None
