"""How often words were stopped, week by week: by group, by agent or by project."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select

from support.db import db
from support.models import Agent, Project, RiskAttempt, RiskHit, RiskWordGroup
from support.refusals import N_
from support.views import hitrows
from support.views.hitrows import Chosen

MOST_WEEKS, MOST_SERIES = 26, 8


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the trend: a name, and a count for each week; `id` None is what has no row."""

    id: int | None
    name: str
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """The sum of all weeks."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Trend:
    """The weeks by their Mondays, and the lines, the busiest first; `most` is the highest bar."""

    weeks: Sequence[date]
    series: Sequence[Series]

    @property
    def most(self) -> int:
        """The highest count of any week, at least one."""
        return max((max(one.counts) for one in self.series), default=0) or 1


def trend(agent: Agent, asked: Chosen) -> Trend:
    """Count the list by week, in one query; of a long range the last weeks."""
    weeks = mondays(asked.since, asked.until)
    rules = [*hitrows.narrowed(agent, asked), RiskAttempt.asked_at >= asked.midnight(weeks[0])]
    counts: dict[tuple[int | None, str], list[int]] = defaultdict(lambda: [0] * len(weeks))
    for row in db.session.execute(_query(asked, weeks, rules)):
        number, name, week, count = tuple(row)
        counts[number, name if number is None else ""][week] += count
    names = _names(asked.by, [number for number, _name in counts if number is not None])
    series = [
        Series(number, names.get(number, "") if number is not None else name, rows)
        for (number, name), rows in counts.items()
    ]
    return Trend(weeks, _fewer(sorted(series, key=lambda one: -one.total), len(weeks)))


def mondays(since: date, until: date) -> list[date]:
    """Return the Mondays of the weeks that hold these days, the last ones of many."""
    first = since - timedelta(days=since.weekday())
    count = (until - first).days // 7 + 1
    found = [first + timedelta(weeks=week) for week in range(max(0, count - MOST_WEEKS), count)]
    return found[bisect_right(found, until) - len(found) :] or [first]


def _query(asked: Chosen, weeks: Sequence[date], rules: Sequence[ColumnElement[bool]]) -> Any:
    begins = [(RiskAttempt.asked_at >= asked.midnight(day), at) for at, day in enumerate(weeks)]
    week = case(*reversed(begins), else_=0).label("week")
    rows, number, name = _columns(asked.by)
    count = func.count(RiskAttempt.id.distinct())
    return rows.add_columns(week, count).where(*rules).group_by(number, name, week)


def _columns(by: str) -> tuple[Any, Any, Any]:
    """Return the select, and what is counted by: a number, and a name where there is none."""
    if by == "group":
        number, name = RiskHit.group_id, RiskHit.group_name
        return (
            select(number, name).join(RiskAttempt, RiskAttempt.id == RiskHit.attempt_id),
            number,
            name,
        )
    number = RiskAttempt.agent_id if by == "agent" else RiskAttempt.project_id
    name = literal("")
    return select(number, name), number, name


def _names(by: str, ids: Sequence[int]) -> dict[int, str]:
    table = {"group": RiskWordGroup, "agent": Agent, "project": Project}[by]
    rows = select(table.id, table.name).where(table.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _fewer(series: list[Series], weeks: int) -> list[Series]:
    """Keep the busiest lines, and add up the others."""
    if len(series) <= MOST_SERIES + 1:
        return series
    others = [sum(one.counts[week] for one in series[MOST_SERIES:]) for week in range(weeks)]
    return [*series[:MOST_SERIES], Series(None, N_("All others"), others)]
