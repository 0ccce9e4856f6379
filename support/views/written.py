"""Hours, days and lengths of time as people type them in a line, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

from support.refusals import BadDuration, BadSpan

BETWEEN = re.compile("[,;\u3001]")
DASH = re.compile("\\s*[-~\u2013\u2014\u81f3\u5230]\\s*")  # also the Chinese words for "to"
TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
LENGTH = re.compile(r"(?:\s*[0-9]{1,9}\s*[dhms])+\s*")
PART = re.compile(r"([0-9]+)\s*([dhms])")
Spans = Sequence[Sequence[str]]


def spans(found: Spans) -> str:
    """Write a day's spans: `09:00-12:30, 13:30-18:00`."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in found)


def spans_in(text: str) -> list[list[str]]:
    """Read a day's spans; `9-17` is 09:00 to 17:00. Whether they fit, `support.hours` says."""
    parts = BETWEEN.split(normalize("NFKC", text))  # full-width marks are marks as well
    return [_span(part.strip()) for part in parts if part.strip()]


def _span(text: str) -> list[str]:
    times = [TIME.fullmatch(time) for time in DASH.split(text)]
    if len(times) != 2 or not all(times):
        raise BadSpan(span=text)
    return [f"{time[1]:0>2}:{time[2] or '00'}" for time in times if time]


def exceptions(table: Mapping[str, Spans]) -> str:
    """Write days of other hours, one in a line: `2026-12-24 09:00-13:00`."""
    return "\n".join(f"{day} {spans(found)}" for day, found in table.items())


def exceptions_in(text: str) -> dict[str, list[list[str]]]:
    """Read days of other hours; a day may have several lines."""
    found: dict[str, list[list[str]]] = {}
    for day, rest in _lines(text):
        found.setdefault(day, []).extend(spans_in(rest))
    return found


def holidays(table: Mapping[str, Any]) -> str:
    """Write closed days, one in a line: `12-25 Christmas Day`."""
    return "\n".join(f"{day} {name}".strip() for day, name in table.items())


def holidays_in(text: str) -> dict[str, str]:
    """Read closed days with their names, of one year or of every year."""
    return dict(_lines(text))


def _lines(text: str) -> list[tuple[str, str]]:
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip())
    return [(line[0], line[1].strip() if len(line) > 1 else "") for line in lines]


def length(seconds: int) -> str:
    """Write a length of time: `1h 30m`."""
    parts: list[str] = []
    for unit, size in UNITS.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)


def seconds_in(text: str) -> int | None:
    """Read a length of time, a bare number as minutes; nothing written is None."""
    text = normalize("NFKC", text).strip().lower()
    if not text:
        return None
    if re.fullmatch("[0-9]{1,9}", text):
        return 60 * int(text)
    if not LENGTH.fullmatch(text):
        raise BadDuration(text=text[:40])
    return sum(int(count) * UNITS[unit] for count, unit in PART.findall(text))
