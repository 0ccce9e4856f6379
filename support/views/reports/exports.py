"""A report as a file: one table as CSV, or all of them as a workbook."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from support import cells
from support.views.reports.asked import Asked
from support.views.reports.sheets import Report, Sheet, Value

FORMATS = {"count": "0", "seconds": "0", "share": "0.0%", "number": "0.00"}
UNITS = {"seconds": " (s)"}
LONGEST_NAME = 31  # a sheet's, in a workbook
FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def as_csv(sheet: Sheet) -> str:
    """Write a table as it stands; lengths are seconds, shares are parts of 1."""
    return cells.BOM + cells.written([heading(sheet), *plain(sheet)])


def heading(sheet: Sheet) -> list[str]:
    """Return the names of the columns, with their unit."""
    return [one.name + UNITS.get(one.kind, "") for one in sheet.columns]


def plain(sheet: Sheet) -> list[list[Value]]:
    """Return the values as the page has them, not rounded."""
    return [[cell.value for cell in row] for row in sheet.rows]


def as_xlsx(report: Report, asked: Asked) -> bytes:
    """Write a workbook: a sheet for each table, one of its values in each cell, none a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options | {"strings_to_numbers": False}) as book:
        book.set_properties(
            {"title": report.title, "comments": f"{asked.span.first} - {asked.span.last}"}
        )
        formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        bold = book.add_format({"bold": True})
        for number, sheet in enumerate(report.sheets, 1):
            page = book.add_worksheet(_name(number, sheet))
            page.freeze_panes(1, 1)
            page.write_row(0, 0, heading(sheet), bold)
            _fill(page, sheet, formats)
    return out.getvalue()


def _name(number: int, sheet: Sheet) -> str:
    return f"{number} {sheet.title.translate(FORBIDDEN)}"[:LONGEST_NAME].strip(" '")


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    kinds = [formats.get(one.kind) for one in sheet.columns]
    for down, row in enumerate(plain(sheet), 1):
        for right, (value, form) in enumerate(zip(row, kinds, strict=True)):
            _write(page, (down, right), value, form)


def _write(page: Any, at: tuple[int, int], value: Value, form: Any) -> None:
    if isinstance(value, str):
        page.write_string(*at, value)
    elif value is not None:
        page.write_number(*at, value, form)
