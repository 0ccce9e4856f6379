"""Cells of a CSV file that a spreadsheet reads as text, never as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for a formula, also after what it does not show; and what we quoted.
FORMULA = re.compile("'*[\\s\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
BOM = "\ufeff"


def safe(cell: object) -> str:
    """Return a cell's text; one that begins like a formula gets a quote before it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) else text


def plain(text: str) -> str:
    """Take back the quote that `safe` has set, and no other."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def written(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, every cell quoted and safe."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()
