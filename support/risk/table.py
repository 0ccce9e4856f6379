"""Groups of risk words as a CSV file: a line is one word, with its group and the group's rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from support import cells
from support.models import Project, RiskWordGroup
from support.refusals import CsvTooLong, CsvUnreadable
from support.risk import changes

COLUMNS = ("group", "stop", "only_escalated", "flags_incoming", "kind", "text")
NEEDED = {"group", "kind", "text"}
MOST_LINES = 20_000


def stop_of(group: RiskWordGroup) -> str:
    """Return what a group does, in one word of `STOPS`."""
    if group.action == "block":
        return "block"
    return "approve" if group.four_eyes else "confirm"


def export(project: Project) -> str:
    """Write every group that applies to a project; a spreadsheet reads it as text alone."""
    return cells.BOM + cells.written([COLUMNS, *_lines(project)])


def _lines(project: Project) -> Iterator[tuple[str, ...]]:
    for group in changes.in_project(project):
        flags = (group.only_escalated, group.flags_incoming)
        rules = (group.name, stop_of(group), *("yes" if flag else "no" for flag in flags))
        words = group.words
        yield from ((*rules, word.kind, word.text) for word in words)
        if not words:
            yield (*rules, "", "")


def decoded(data: bytes) -> str:
    """Read the bytes of a file as text, as spreadsheets write it; refuse what is none."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise CsvUnreadable from None
    if "\0" in text:
        raise CsvUnreadable
    return text


def read(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the lines that say something, each with its number, its cells by their columns."""
    lines = csv.reader(io.StringIO(text.lstrip(cells.BOM)), delimiter=_delimiter(text))
    try:
        head = [name.strip().casefold() for name in next(lines, [])]
        if not set(head) >= NEEDED:
            raise CsvUnreadable
        for count, row in enumerate(lines):
            if count >= MOST_LINES:
                raise CsvTooLong(limit=MOST_LINES)
            if any(cell.strip() for cell in row):
                said = dict(zip(head, map(cells.plain, row), strict=False))
                yield lines.line_num, dict.fromkeys(head, "") | said
    except csv.Error:
        raise CsvUnreadable from None


def _delimiter(text: str) -> str:
    """Spreadsheets write what their country writes: commas, semicolons or tabs."""
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)
