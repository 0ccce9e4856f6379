"""Escalations: the ratio and what drives it, and what becomes of what went up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from support.db import db
from support.models import EscalationReason
from support.reports import escalated
from support.reports.escalated import After, Escalations, Share
from support.reports.flow import flow
from support.reports.measures import Durations
from support.views import guidance, i18n
from support.views.reports.asked import Asked
from support.views.reports.charts import Chart, Series
from support.views.reports.sheets import (
    Callout,
    Cell,
    Column,
    Report,
    Sheet,
    Tile,
    durations_cells,
    durations_columns,
)

MOST = 0.20  # the reference's threshold: above it the frontline needs training
CAUSES = 3
ALL_DAY = 24


def report(asked: Asked, *, now: datetime) -> Report:
    """Build the page."""
    found = escalated.escalations(asked.scope)
    after = escalated.after(asked.scope, now=now)
    days = flow(asked.scope, now=now)
    reasons = _names(asked)
    agents = dict(asked.choices.agents)
    hours, weeks = found.of_hours(), found.of_weeks({one.day: one.opened for one in days.days})
    old = asked.scope.previous()
    before = escalated.share(old, flow(old, now=now).opened) if asked.compares else None
    sheets = [
        _after(after),
        _shares("agents", _("By agent"), _("Agent"), _agents(found, agents)),
        _shares("reasons", _("By reason"), _("Reason"), _reasons(found, reasons)),
        _slow(after, reasons),
        _shares("weeks", _("By week"), _("Week from"), _weeks(weeks), folded=True),
        _shares("hours", _("By hour of the day"), _("Hour"), _hours(hours), folded=True),
    ]
    charts = [_chart(_("Escalated of what was opened, by week"), sheets[4])]
    charts.append(_chart(_("Escalated of what was opened, by hour of the day"), sheets[5]))
    callouts = [*_too_many(found, agents, reasons, hours), *_too_slow(after, reasons)]
    return Report(_("Escalations"), _tiles(found.share, after, before), callouts, charts, sheets)


def _names(asked: Asked) -> dict[int | None, str]:
    """Return what the reasons are called; of several projects with the project's name."""
    places = dict(asked.choices.projects)
    several = len(asked.scope.projects) > 1
    rows = select(EscalationReason).where(EscalationReason.project_id.in_(asked.scope.projects))
    return {
        one.id: f"{guidance.worded(one)} ({places[one.project_id]})"
        if several
        else guidance.worded(one)
        for one in db.session.scalars(rows)
    }


def _tiles(share: Share, after: After, before: Share | None) -> list[Tile]:
    response, solved = after.measures.of("response"), after.measures.of("resolution")
    up = {"what": "escalated"}
    old = before and before.ratio
    return [
        Tile(_("Escalated"), share.ratio, "share", _("of what was opened"), old, up),
        Tile(_("Conversations"), share.escalated, "count", "", before and before.escalated, up),
        Tile(
            *(_("By themselves"), share.automatic, "count", _("a phrase, or the ladder")),
            *(before and before.automatic, {"what": "automatic"}),
        ),
        Tile(_("Response after it"), response.median, "seconds", _("median")),
        Tile(_("Resolution after it"), solved.mean, "seconds", _("mean")),
    ]


def _after(after: After) -> Sheet:
    names = {"response": _("Response after it"), "resolution": _("Resolution after it")}
    rows = [
        [Cell(name), *durations_cells(after.measures.of(key), {"what": "after", "metric": key})]
        for key, name in names.items()
    ]
    columns = [
        Column(
            *("", "text"),
            _(
                "Response: the wait that only a reply by the target group ends. Resolution: from "
                "the escalation into a higher tier to the end."
            ),
        ),
        *durations_columns(),
    ]
    return Sheet("after", _("After an escalation"), columns, rows)


Line = tuple[str, Share, dict[str, Any] | None]


def _shares(
    key: str, title: str, heading: str, lines: Iterable[Line], *, folded: bool = False
) -> Sheet:
    columns = [
        Column(heading, "text"),
        Column(
            *(_("Escalated"), "count"),
            _(
                "Conversations opened in these days that somebody escalated, each once, by its "
                "first escalation."
            ),
        ),
        Column(
            *(_("By themselves"), "count"),
            _("Those that only went up without anybody's deed."),
        ),
        Column(_("Opened"), "count", _("Opened in these days; of an agent those that he held.")),
        Column(_("Ratio"), "share", _("Escalated / opened.")),
    ]
    rows = [
        [
            Cell(name),
            Cell(one.escalated, query and {"what": "escalated", **query}),
            Cell(one.automatic, query and {"what": "automatic", **query}),
            Cell(one.opened),
            Cell(one.ratio),
        ]
        for name, one, query in lines
    ]
    return Sheet(key, title, columns, rows, folded=folded)


def _agents(found: Escalations, names: dict[int, str]) -> list[Line]:
    shares = sorted(found.of_agents().items(), key=lambda pair: -(pair[1].ratio or 0))
    return [(names.get(who, ""), one, {"who": who}) for who, one in shares if one.escalated]


def _reasons(found: Escalations, names: dict[int | None, str]) -> list[Line]:
    shares = sorted(found.of_reasons().items(), key=lambda pair: -pair[1].escalated)
    return [(names.get(why, _("No reason")), one, {"reason": why or 0}) for why, one in shares]


def _weeks(weeks: dict[Any, Share]) -> list[Line]:
    return [
        (i18n.day(week), one, {"from": week, "to": week + timedelta(days=6)})
        for week, one in weeks.items()
    ]


def _hours(hours: Sequence[Share]) -> list[Line]:
    return [(f"{hour:02}:00", one, {"hour": hour}) for hour, one in enumerate(hours)]


def _slow(after: After, names: dict[int | None, str]) -> Sheet:
    every = {why: own.of("resolution") for why, own in after.of_reason.items()}
    slowest = sorted(every.items(), key=lambda pair: -(pair[1].mean or 0))
    rows = [
        [Cell(names.get(why, _("No reason"))), *durations_cells(one, _because(why))]
        for why, one in slowest
    ]
    columns = [Column(_("Reason"), "text"), *durations_columns()]
    return Sheet("slow", _("Resolution after an escalation, by reason"), columns, rows)


def _because(why: int | None) -> dict[str, Any]:
    return {"what": "after", "metric": "resolution", "reason": why or 0}


def _chart(title: str, sheet: Sheet) -> Chart:
    shares = [row[4].value for row in sheet.rows]
    percent = [None if one is None else round(float(one) * 100, 1) for one in shares]
    labels = [str(row[0].value) for row in sheet.rows]
    return Chart(title, labels, [Series(_("Percent"), percent)], sheet.key)


def _too_many(
    found: Escalations,
    agents: dict[int, str],
    reasons: dict[int | None, str],
    hours: Sequence[Share],
) -> list[Callout]:
    """Call out a ratio above the threshold, with those who cause it."""
    ratio = found.share.ratio
    if ratio is None or ratio <= MOST:
        return []
    high = [line for line in _agents(found, agents) if (line[1].ratio or 0) > MOST]
    often = _reasons(found, reasons)
    late = sorted(_hours(hours), key=lambda line: -(line[1].ratio or 0))
    causes = [(_("Agents"), high), (_("Reasons"), often), (_("Hours"), late)]
    return [
        Callout(
            _(
                "%(ratio)s of the conversations were escalated: more than 20 in a hundred.",
                ratio=f"{ratio:.1%}",
            ),
            _(
                "The frontline may lack training: give it a clear list of the conditions for an "
                "escalation, and look at the escalated ones each week to mark the unnecessary."
            ),
            [(name, [_said(line) for line in lines[:CAUSES]]) for name, lines in causes],
        )
    ]


def _said(line: Line) -> str:
    name, one, _query = line
    return f"{name} ({one.escalated}, {one.ratio or 0:.1%})"


def _too_slow(after: After, names: dict[int | None, str]) -> list[Callout]:
    """Call out a mean resolution above its target, with the reasons that take longest."""
    solved: Durations = after.measures.of("resolution")
    if solved.mean is None or after.target is None or solved.mean <= after.target:
        return []
    slow = [str(row[0].value) for row in _slow(after, names).rows]
    return [
        Callout(
            _("Resolution after an escalation takes longer than promised."),
            _("Either there are too few supervisors, or the way it is worked needs a change."),
            [(_("Reasons"), slow[:CAUSES])],
        )
    ]
