"""Handling time: how long each agent had conversations on his desk, and how many at a time.

An interval belongs to the day on which it began and counts as a whole; what was parked within it
does not count. Closed time lies outside: the interval ends when the case does. Every instant
counts as its whole second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import sub
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, cast, func, select, text

from support.db import Big
from support.models import Agent, Assignment, Event, EventKind
from support.models.events import RESTS
from support.reports.scope import END, START, Scope, prepared
from support.reports.seconds import epoch, written
from support.reports.statistics import median, percentile, ratio

PARKED = (EventKind.CONVERSATION_WAITING, EventKind.CONVERSATION_SNOOZED)
NEVER = 2**62
UNTIL = bindparam("until", type_=String)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Handling:
    """One agent's intervals of one role: how many, of how many conversations, for how long.

    `total` is the sum of their seconds without what was parked; `covered` is how long at least
    one of them ran, so that sum / covered is how many he had at a time. `running` ones have not
    ended: they count until now.
    """

    intervals: int = 0
    conversations: int = 0
    running: int = 0
    total: int = 0
    covered: int = 0
    median: float | None = None
    p90: int | None = None

    @property
    def mean(self) -> float | None:
        """The seconds for each conversation: total / conversations."""
        return ratio(self.total, self.conversations)

    @property
    def concurrency(self) -> float | None:
        """How many he had at a time: total / covered."""
        return ratio(self.total, self.covered)


@dataclass(frozen=True, slots=True)
class Work:
    """One agent's intervals in one role: of which conversations, from when to when."""

    running: int
    conversations: list[int]
    begins: list[int]
    ends: list[int]


def handling(scope: Scope, *, now: datetime, role: str = "assignee") -> dict[int, Handling]:
    """Return the handling time of everybody whose intervals of this role began in these days."""
    works = list(_works(scope, now, role))
    parked = _parked(scope, now=now, role=role) if works else {}
    return {agent: _summed(work, parked.get(agent, {})) for agent, work in works}


def _works(scope: Scope, now: datetime, role: str) -> Iterator[tuple[int, Work]]:
    for agent, told in _lines(scope, role=role, until=str(int(now.timestamp()))):
        if told is not None:
            runs, *numbers = map(int, told.split(" "))
            yield agent, Work(runs, numbers[::3], numbers[1::3], numbers[2::3])


@prepared
def _lines(scope: Scope) -> Any:
    """Read everybody's intervals, each one as a line of his: conversation, begin, end.

    As a subquery: each reads his stretch of the index, and nothing has to be sorted.
    """
    end = func.coalesce(written(Assignment.ended_at), UNTIL)
    line: Any = cast(Assignment.conversation_id, String) + " "
    line += written(Assignment.started_at) + " " + end
    running = cast(func.sum(case((Assignment.ended_at.is_(None), 1), else_=0)), String)
    his = (
        select(running + " " + func.aggregate_strings(line, " "))
        .where(Assignment.agent_id == Agent.id, _began(), scope.reached(Assignment))
        .correlate(Agent)
    )
    return select(Agent.id, his.scalar_subquery())


def _began() -> ColumnElement[bool]:
    return and_(
        Assignment.role == bindparam("role", type_=String),
        Assignment.started_at >= START,
        Assignment.started_at < END,
    )


def _parked(scope: Scope, *, now: datetime, role: str) -> dict[int, dict[Span, list[Span]]]:
    """Return what was parked within intervals, by agent, then by conversation and begin.

    A rest ends with the next word on it; one that nothing ended lasts as long as the interval.
    """
    found: dict[int, dict[Span, list[Span]]] = defaultdict(dict)
    asked = {"role": role, "until": str(int(now.timestamp()))}
    for agent, conversation, begins, kind, at in _rests(scope, **asked):
        rests = found[agent].setdefault((conversation, begins), [])
        if rests and rests[-1][1] == NEVER:
            rests[-1] = (rests[-1][0], at)
        if kind in PARKED:
            rests.append((at, NEVER))
    return found


@prepared
def _rests(scope: Scope) -> Any:
    begins, at = epoch(Assignment.started_at), epoch(Event.at)
    ends = func.coalesce(epoch(Assignment.ended_at), cast(UNTIL, Big))
    few = select(Event.id).where(text(RESTS), Event.at >= START)
    return (
        select(Assignment.agent_id, Assignment.conversation_id, begins, Event.kind, at)
        .join(Event, Event.conversation_id == Assignment.conversation_id)
        .where(_began(), scope.reached(Assignment), Event.id.in_(few), at.between(begins, ends))
        .order_by(Event.conversation_id, Event.seq, Event.id)
    )


def _summed(work: Work, parked: dict[Span, list[Span]]) -> Handling:
    pieces, lost = (
        _pieces(work, parked) if parked else (zip(work.begins, work.ends, strict=True), {})
    )
    taken: dict[int, int] = defaultdict(int)
    for conversation, seconds in zip(
        work.conversations, map(sub, work.ends, work.begins), strict=True
    ):
        taken[conversation] += seconds
    for conversation, seconds in lost.items():
        taken[conversation] -= seconds
    ordered = sorted(taken.values())
    return Handling(
        intervals=len(work.begins),
        conversations=len(taken),
        running=work.running,
        total=sum(ordered),
        covered=_covered(pieces),
        median=median(ordered),
        p90=percentile(ordered, 90),
    )


def _pieces(work: Work, parked: dict[Span, list[Span]]) -> tuple[list[Span], dict[int, int]]:
    """Return the intervals without their rests, and what those took of each conversation."""
    pieces: list[Span] = []
    lost: dict[int, int] = defaultdict(int)
    rested = {conversation for conversation, _begins in parked}
    for conversation, begins, ends in zip(work.conversations, work.begins, work.ends, strict=True):
        if conversation in rested and (rests := parked.get((conversation, begins))):
            own = _cut(begins, ends, rests)
            lost[conversation] += ends - begins - sum(until - since for since, until in own)
            pieces += own
        else:
            pieces.append((begins, ends))
    return pieces, lost


def _cut(begins: int, ends: int, rests: Iterable[Span]) -> list[Span]:
    """Return what is left of an interval without its rests, which come in order."""
    left: list[Span] = []
    for since, until in rests:
        left.append((begins, max(begins, min(since, ends))))
        begins = max(begins, min(until, ends))
    return [*left, (begins, ends)]


def _covered(pieces: Iterable[Span]) -> int:
    """Return for how many seconds at least one of them ran."""
    covered, reached = 0, 0
    for since, until in sorted(pieces):
        if until > reached:
            covered += until - max(since, reached)
            reached = until
    return covered
