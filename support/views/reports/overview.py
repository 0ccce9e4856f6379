"""The overview: what came and went, and how the promises stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton
from flask_babel import gettext as _
from flask_babel import ngettext

from support.models import METRICS
from support.reports import escalated
from support.reports.durations import measured
from support.reports.escalated import Share
from support.reports.flow import Flow, flow
from support.reports.measures import Durations, Measures
from support.reports.scope import Scope
from support.views import i18n, promised
from support.views.reports.asked import Asked
from support.views.reports.charts import Chart, Series
from support.views.reports.sheets import (
    Cell,
    Column,
    Report,
    Sheet,
    Tile,
    clocks,
    durations_cells,
    durations_columns,
)


def report(asked: Asked, *, now: datetime) -> Report:
    """Build the page."""
    figures = _figures(asked.scope, now)
    before = _figures(asked.scope.previous(), now) if asked.compares else None
    days = figures[0]
    return Report(
        _("Overview"),
        tiles=_tiles(figures, before),
        charts=_charts(days),
        sheets=[_promises(asked, figures[1], before), daily(days)],
    )


def _figures(scope: Scope, now: datetime) -> tuple[Flow, Measures, Share]:
    days = flow(scope, now=now)
    return days, measured(scope, now=now), escalated.share(scope, days.opened)


def durations_of(measures: Measures, metric: str, agent: int | None) -> Durations:
    """Return everybody's figures, or those of the agent who was asked for."""
    return measures.of(metric) if agent is None else measures.of_agent(metric, agent)


def _tiles(figures: tuple[Flow, Measures, Share], before: Any) -> list[Tile]:
    days, measures, share = figures
    first, solved = measures.of("first_response"), measures.of("resolution")
    old: Any = before and (before[1].of("first_response"), before[1].of("resolution"))
    opened, resolved = {"what": "opened"}, {"what": "resolved"}
    return [
        Tile(_("Opened"), days.opened, "count", "", before and before[0].opened, opened),
        Tile(_("Resolved"), days.resolved, "count", "", before and before[0].resolved, resolved),
        Tile(_("Open at the end"), days.open, "count", "", before and before[0].open),
        Tile(
            *(_("First response"), first.median, "seconds", _met(first)),
            *(old and old[0].median, clocks("first_response", state="done")),
        ),
        Tile(
            *(_("Resolution"), solved.median, "seconds", _met(solved)),
            *(old and old[1].median, clocks("resolution", state="done")),
        ),
        Tile(
            *(_("Escalated"), share.ratio, "share", _automatic(share)),
            *(before and before[2].ratio, {"what": "escalated"}),
        ),
    ]


def _met(one: Durations) -> str:
    if one.share is None:
        return _("median")
    return _("median; %(share)s met", share=f"{one.share:.1%}")


def _automatic(share: Share) -> str:
    count = share.automatic
    return ngettext("%(num)s more by itself", "%(num)s more by themselves", count) if count else ""


def _promises(asked: Asked, measures: Measures, before: Any) -> Sheet:
    names, agent = promised.metrics(), asked.scope.agent
    rows: list[Sequence[Cell]] = []
    for metric in METRICS:
        query = clocks(metric, **({"who": agent} if agent else {}))
        mine = durations_of(measures, metric, agent)
        rows.append([Cell(names[metric]), *durations_cells(mine, query)])
        if before is not None:
            name = _("%(metric)s, before", metric=names[metric])
            old = durations_of(before[1], metric, agent)
            rows.append([Cell(name), *durations_cells(old)])
    return Sheet("promises", _("Promises"), [Column("", "text"), *durations_columns()], rows)


def short(day: date) -> str:
    """Write a day without its year, for the foot of a chart."""
    return format_skeleton("MMMd", day, locale=i18n.LOCALES[i18n.language()])


def _charts(days: Flow) -> list[Chart]:
    labels = [short(one.day) for one in days.days]
    opened = Series(_("Opened"), [one.opened for one in days.days])
    resolved = Series(_("Resolved"), [one.resolved for one in days.days])
    standing = Series(_("Open at the end"), [one.open for one in days.days])
    return [
        Chart(_("Opened and resolved, day by day"), labels, [opened, resolved], "days"),
        Chart(_("Open at the end of each day"), labels, [standing], "days", lines=True),
    ]


def daily(days: Flow) -> Sheet:
    """Return the table of the days."""
    columns = [
        Column(_("Day"), "text"),
        Column(_("Opened"), "count", _("Conversations whose first message came on this day.")),
        Column(
            *(_("Resolved"), "count"),
            _("Conversations whose last resolution was on this day; opened again is not resolved."),
        ),
        Column(
            *(_("Open at the end"), "count"),
            _("Opened by the end of this day, and resolved later or not at all."),
        ),
    ]
    rows = [
        [
            Cell(i18n.day(one.day)),
            Cell(one.opened, {"what": "opened", "from": one.day, "to": one.day}),
            Cell(one.resolved, {"what": "resolved", "from": one.day, "to": one.day}),
            Cell(one.open),
        ]
        for one in days.days
    ]
    return Sheet("days", _("Days"), columns, rows, folded=True)
