"""CSV that a spreadsheet shows and never calculates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

BOM = "\ufeff"  # without it a spreadsheet takes Chinese for something else
# What begins a formula, in its wide forms too; spaces and marks before it are skipped there.
FORMULA = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the wide forms are meant
SKIPPED = " \u00a0\u3000\ufeff\u200b"


def cell(value: Any) -> str:
    """Return a value as a cell; what a spreadsheet would calculate gets an apostrophe."""
    text = "" if value is None else str(value)
    if isinstance(value, int):
        return text
    begins = text.lstrip(SKIPPED)[:1]
    return f"'{text}" if begins and begins in FORMULA else text


def line(values: Iterable[Any]) -> str:
    """Return one line of a sheet, every cell in quotes."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(map(cell, values))
    return out.getvalue()
