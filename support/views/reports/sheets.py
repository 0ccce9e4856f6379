"""Sheets: every table of a report once, for the page, the CSV and the workbook alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from support.reports.measures import Durations

Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a table: its name, what kind of value it has, and its formula.

    Kinds are `text`, `count`, `seconds`, `share` (1 is all of it) and `number`.
    """

    name: str
    kind: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and the query that lists the rows behind it."""

    value: Value
    rows: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name; without rows it says so. `folded` ones lie under their chart."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure in large type, and what it was before."""

    name: str
    value: Value
    kind: str
    note: str = ""
    before: Value = None
    rows: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Callout:
    """What needs somebody's eye: what is so, what the guide advises, and what causes it."""

    title: str
    advice: str
    causes: Sequence[tuple[str, Sequence[str]]] = ()


@dataclass(slots=True)
class Report:
    """A page of figures, in the order in which they are read."""

    title: str
    tiles: list[Tile] = field(default_factory=list[Tile])
    callouts: list[Callout] = field(default_factory=list[Callout])
    charts: list[Any] = field(default_factory=list[Any])
    sheets: list[Sheet] = field(default_factory=list[Sheet])


def durations_columns() -> list[Column]:
    """Return the columns that every duration has."""
    return [
        Column(_("Count"), "count", _("How many were done: answered, resolved, accepted.")),
        Column(_("Median"), "seconds", _("Half of them took no longer, in open hours.")),
        Column(
            _("90 %"), "seconds", _("Nine of ten took no longer (the nearest rank, in open hours).")
        ),
        Column(_("Mean"), "seconds", _("The sum of their seconds / their count.")),
        Column(_("Met"), "count", _("Done at or before the due time.")),
        Column(_("Broken"), "count", _("Due before they were done; those still overdue too.")),
        Column(_("Share met"), "share", _("Met / (met + broken).")),
        Column(
            _("Without waived"),
            "share",
            _("Met / (met + broken - waived): a pardon takes one out."),
        ),
        Column(_("Waiting"), "count", _("Not done yet, now.")),
        Column(_("Overdue"), "count", _("Those of the waiting ones whose due time has passed.")),
        Column(_("Void"), "count", _("Superseded, cancelled or excused before they were due.")),
        Column(
            _("Outage"), "count", _("Broken while nobody could have answered; no person's breach.")
        ),
    ]


STATES = ("done", "", "", "", "met", "breached", "", "", "waiting", "overdue", "void", "outage")


def durations_cells(one: Durations, query: dict[str, Any] | None = None) -> list[Cell]:
    """Return the cells of one duration; `query` asks for its clocks."""
    values = (
        *(one.count, one.median, one.p90, one.mean, one.met, one.breached),
        *(one.share, one.share_pardoned, one.waiting, one.overdue, one.void, one.outage),
    )
    return [
        Cell(value, {**query, "state": state} if query and state else None)
        for value, state in zip(values, STATES, strict=True)
    ]


def clocks(metric: str, **others: Any) -> dict[str, Any]:
    """Return the query that lists clocks of a metric."""
    return {"what": "clocks", "metric": metric, **others}
