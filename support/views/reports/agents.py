"""Agents: what each of them answered, handled, escalated and broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from support.reports import escalated
from support.reports.durations import measured
from support.reports.handling import Handling, handling
from support.reports.measures import Durations, Measures
from support.reports.statistics import ratio
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

RESPONSES = ("first_response", "next_response")


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page knows of the agents."""

    measures: Measures
    leads: dict[int, Handling]
    joined: dict[int, Handling]
    made: dict[int, int]
    received: dict[int, int]

    def people(self, asked: Asked) -> list[tuple[int, str]]:
        """Return who has any figure, by name; or the one who was asked for, whatever he has."""
        known = {*self.measures.agents(), *self.leads, *self.joined, *self.made, *self.received}
        wanted = asked.scope.agent
        names = asked.choices.agents
        return [pair for pair in names if (pair[0] == wanted if wanted else pair[0] in known)]

    def voided(self, agent: int) -> int:
        """Return how many replies he never wrote."""
        return sum(self.measures.of_agent(metric, agent).voided for metric in RESPONSES)

    def share(self, agent: int) -> float | None:
        """Return the share of all his promises that were met."""
        own = [self.measures.of_agent(metric, agent) for metric in promised.metrics()]
        return ratio(sum(one.met for one in own), sum(one.met + one.breached for one in own))


def figures(asked: Asked, *, now: datetime) -> Figures:
    """Read the figures of everybody."""
    made, received = escalated.moved(asked.scope)
    return Figures(
        measured(asked.scope, now=now),
        handling(asked.scope, now=now),
        handling(asked.scope, now=now, role="collaborator"),
        made,
        received,
    )


def report(asked: Asked, *, now: datetime) -> Report:
    """Build the page."""
    found = figures(asked, now=now)
    people = found.people(asked)
    every = [_work(found, people), _handled(found, people)]
    every += [_metric(found, people, metric, name) for metric, name in promised.metrics().items()]
    return Report(_("Agents"), charts=_charts(found, people), sheets=every)


def _charts(found: Figures, people: list[tuple[int, str]]) -> list[Chart]:
    busiest = sorted(people, key=lambda pair: -_lead(found, pair[0]).conversations)[:16]
    counts = [float(_lead(found, who).conversations) for who, _name in busiest]
    labels = [name for _who, name in busiest]
    return [Chart(_("Conversations"), labels, [Series(_("Conversations"), counts)], "work")]


def _lead(found: Figures, agent: int) -> Handling:
    return found.leads.get(agent, Handling())


def _work(found: Figures, people: list[tuple[int, str]]) -> Sheet:
    columns = [
        Column(_("Agent"), "text"),
        Column(
            *(_("Conversations"), "count"),
            _("Conversations that came to his desk in these days, each once."),
        ),
        Column(
            *(_("First response"), "seconds"),
            _("The median of the first responses that he gave, in open hours."),
        ),
        Column(
            *(_("Handling"), "seconds"),
            _("How long he had a conversation, without parked time: the mean for each."),
        ),
        Column(
            *(_("Share met"), "share"),
            _(
                "Of all promises that were his: met / (met + broken). He met what he stopped in "
                "time; what was due while he held it he broke."
            ),
        ),
        Column(_("Escalations made"), "count", _("Escalations that he asked for in these days.")),
        Column(*(_("Escalations received"), "count"), _("Escalations that came to his desk.")),
        Column(
            *(_("Replies never written"), "count"),
            _("Where he said that no reply is needed, or resolved while the customer waited."),
        ),
    ]
    return Sheet("work", _("Work"), columns, [_worker(found, who, name) for who, name in people])


def _worker(found: Figures, who: int, name: str) -> Sequence[Cell]:
    lead, first = _lead(found, who), found.measures.of_agent("first_response", who)
    return [
        Cell(name),
        Cell(lead.conversations, {"what": "held", "who": who}),
        Cell(first.median, clocks("first_response", who=who, state="done")),
        Cell(lead.mean, {"what": "held", "who": who}),
        Cell(found.share(who)),
        Cell(found.made.get(who, 0), {"what": "made", "who": who}),
        Cell(found.received.get(who, 0), {"what": "received", "who": who}),
        Cell(found.voided(who), {"what": "clocks", "who": who, "state": "voided"}),
    ]


def _handled(found: Figures, people: list[tuple[int, str]]) -> Sheet:
    each = _("Of the conversation's seconds on his desk, those of one conversation taken together.")
    columns = [
        Column(_("Agent"), "text"),
        Column(_("Intervals"), "count", _("How often a conversation came to his desk.")),
        Column(
            _("Still there"), "count", _("Intervals that have not ended; they count until now.")
        ),
        Column(
            *(_("In all"), "seconds"),
            _("The sum of his intervals without what was parked within them."),
        ),
        Column(_("Median"), "seconds", each),
        Column(_("90 %"), "seconds", each),
        Column(_("Mean"), "seconds", _("In all / conversations.")),
        Column(_("Busy"), "seconds", _("How long he had at least one: overlaps count once.")),
        Column(_("At a time"), "number", _("In all / busy: how many he had at once.")),
        Column(
            *(_("Joined"), "seconds"),
            _("How long he was there as a collaborator; it is no part of the rest."),
        ),
    ]
    rows = [_handler(found, who, name) for who, name in people]
    return Sheet("handling", _("Handling time"), columns, rows)


def _handler(found: Figures, who: int, name: str) -> Sequence[Cell]:
    one, joined = _lead(found, who), found.joined.get(who, Handling())
    query: dict[str, Any] = {"what": "held", "who": who}
    values = (one.running, one.total, one.median, one.p90, one.mean, one.covered, one.concurrency)
    return [Cell(name), Cell(one.intervals, query), *map(Cell, values), Cell(joined.total)]


def _metric(found: Figures, people: list[tuple[int, str]], metric: str, name: str) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for who, called in people:
        one = found.measures.of_agent(metric, who)
        if one != Durations():
            rows.append([Cell(called), *durations_cells(one, clocks(metric, who=who))])
    columns = [Column(_("Agent"), "text"), *durations_columns()]
    return Sheet(metric, name, columns, rows)
