"""SLA: each promise by tier, and who held what was broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from support.models import METRICS, TIERS
from support.reports.durations import measured
from support.reports.measures import Measures
from support.views import promised
from support.views.reports.asked import Asked
from support.views.reports.charts import Chart, Series
from support.views.reports.sheets import (
    Cell,
    Column,
    Report,
    Sheet,
    clocks,
    durations_cells,
    durations_columns,
)
from support.views.timeline import TIERS as TIER_NAMES

MOST_SHOWN = 16


def report(asked: Asked, *, now: datetime) -> Report:
    """Build the page."""
    measures = measured(asked.scope, now=now)
    names = promised.metrics()
    sheets = [_tiers(asked, measures, metric, names[metric]) for metric in METRICS]
    broken = _broken(asked, measures, names)
    chart = Chart(_("Share met"), [names[one] for one in METRICS], _shares(measures), "broken")
    return Report(_("SLA"), charts=[chart], sheets=[*sheets, broken])


def _shares(measures: Measures) -> list[Series]:
    def percent(tier: str) -> list[float | None]:
        found = [measures.of(metric, tier=tier).share for metric in METRICS]
        return [None if one is None else round(one * 100, 1) for one in found]

    return [Series(_(TIER_NAMES[tier]), percent(tier)) for tier in TIERS]


def _tiers(asked: Asked, measures: Measures, metric: str, name: str) -> Sheet:
    rows: list[Sequence[Cell]] = []
    who = {"who": asked.scope.agent} if asked.scope.agent else {}
    for tier in ("", *TIERS):
        one = (
            measures.of_agent(metric, asked.scope.agent, tier=tier)
            if asked.scope.agent
            else measures.of(metric, tier=tier)
        )
        query = clocks(metric, **({"tier": tier} if tier else {}), **who)
        label = _(TIER_NAMES[tier]) if tier else _("All tiers")
        rows.append([Cell(label), *durations_cells(one, query)])
    return Sheet(metric, name, [Column(_("Tier"), "text"), *durations_columns()], rows)


def _broken(asked: Asked, measures: Measures, names: dict[str, str]) -> Sheet:
    """Return who held what was broken; what nobody held waited in a queue."""
    formula = _(
        "Promises that were due while he held the conversation, not done by then; outages "
        "are nobody's."
    )
    columns = [
        Column(_("Held by"), "text"),
        *(Column(one, "count", formula) for one in names.values()),
    ]
    rows: list[tuple[int, Sequence[Cell]]] = []
    for who, name in [*asked.choices.agents, (None, _("A queue"))]:
        counts = [measures.of_agent(metric, who).breached for metric in names]
        if any(counts):
            queries = [clocks(metric, who=who or 0, state="breached") for metric in names]
            cells = map(Cell, counts, queries)
            rows.append((sum(counts), [Cell(name), *cells]))
    rows.sort(key=lambda pair: -pair[0])
    return Sheet("broken", _("Who held what was broken"), columns, [row for _count, row in rows])
