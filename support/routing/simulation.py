"""What routing would do, without doing it: the simulator, and what a dialog shows before a move."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from support import calendars, groups, hours, sla
from support.db import db
from support.models import Customer, Group, Project, RoutingDecision, Why
from support.routing import line
from support.routing.candidates import field_of
from support.routing.choice import Choice, choose
from support.routing.placing import last_frontline_holder

RECENT = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """Who would get a conversation, and why; nobody means that it would wait.

    `opens_at` is the next opening of a closed group; `ahead` counts who waits before it;
    `candidates` are as in a `RoutingDecision`; `chain` is where it would go later.
    """

    group: Group | None
    agent_id: int | None
    name: str
    why: Why
    candidates: list[list[Any]]
    ahead: int
    opens_at: datetime | None
    chain: list[Group]


def simulate(
    project: Project,
    *,
    at: datetime,
    customer: Customer | None = None,
    tier: str = "standard",
    now: datetime | None = None,
) -> Answer | None:
    """Answer who would get a new conversation at `at`, and why; None in a project without groups.

    Presence and load are those of `now`, opening hours those of `at`. An escalated or
    urgent one is asked of the nearest group above the frontline. Writes nothing.
    """
    group = _group_for(project, tier)
    if group is None:
        return None
    known = customer if group.level == 1 else None
    prefer = last_frontline_holder(known.id) if known else None
    return asked(group, at=at, tier=tier, prefer=prefer, now=now)


def _group_for(project: Project, tier: str) -> Group | None:
    first = groups.frontline(project.id)
    above = groups.levels_above(first, project.id) if tier != "standard" else []
    return above[0] if above else first


def asked(
    group: Group,
    *,
    at: datetime,
    tier: str,
    prefer: int | None = None,
    but: int | None = None,
    now: datetime | None = None,
) -> Answer:
    """Answer for one group: whom it would give a conversation of this tier to at `at`.

    `but` is who hands it over, and so is passed over. `now`, whose presence and load it is,
    is the same instant where it is not said.
    """
    field = field_of(group, now=now or at)
    ahead = line.ahead_of(group, sla.first_due(group.project, tier, at))
    choice = choose(field, prefer=prefer, but=but)
    opened = hours.is_open(calendars.of_group(group), at)
    if not opened:
        choice = Choice(None, Why.CLOSED)
    elif ahead and choice.candidate and choice.why != Why.RETURNING:
        choice = Choice(None, Why.OTHERS_FIRST)
    candidate = choice.candidate
    return Answer(
        group=group,
        agent_id=candidate.id if candidate else None,
        name=candidate.name if candidate else "",
        why=choice.why,
        candidates=field.verdicts(),
        ahead=ahead,
        opens_at=None if opened else hours.opens_at(calendars.of_group(group), at),
        chain=groups.chain(group),
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a conversation that moves to a group now can expect there."""

    group: Group
    waiting: int
    free: int
    online: int
    expected_wait: timedelta | None
    chain: list[Group]


def outlook(group: Group, *, now: datetime) -> Outlook:
    """Return a group's line and people, and the median wait of its last 20 placements.

    The expected wait is nothing when somebody is free and nobody waits, and unknown (None)
    when the group has placed nothing yet.
    """
    field, waiting = field_of(group, now=now), line.count(group)
    is_open = hours.is_open(calendars.of_group(group), now)
    free = len(field.free) if is_open else 0
    at_once = free > 0 and waiting == 0
    return Outlook(
        group=group,
        waiting=waiting,
        free=free,
        online=sum(one.online and one.verdict != "away" for one in field.candidates),
        expected_wait=timedelta() if at_once else _usual_wait(group),
        chain=groups.chain(group),
    )


def _usual_wait(group: Group) -> timedelta | None:
    rows = (
        select(RoutingDecision.waited_seconds)
        .where(RoutingDecision.group_id == group.id, RoutingDecision.agent_id.is_not(None))
        .order_by(RoutingDecision.id.desc())
        .limit(RECENT)
    )
    waits = list(db.session.scalars(rows))
    return timedelta(seconds=statistics.median(waits)) if waits else None
