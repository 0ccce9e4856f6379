"""The groups of a project as a ladder: who is on each rung, what he has in hand, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from support import alerts, calendars, groups, hours, presence
from support.db import db
from support.models import Agent, Conversation, Group, Project


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody who is in a group, or could be: his presence and his open conversations."""

    agent: Agent
    state: str
    load: int
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Rung:
    """One group: its people in their order, what waits in it, and what follows it."""

    group: Group
    mates: list[Mate]
    waiting: int
    chain: list[Group]
    opens_at: datetime | None
    """The next opening of a group that is closed now."""

    @property
    def online(self) -> int:
        """How many are here and not away."""
        return sum(mate.state == "online" for mate in self.mates)


def of(project: Project, *, now: datetime) -> list[Rung]:
    """Return the groups of a project, the frontline first."""
    found = groups.in_project(project.id)
    crews = {group.id: groups.agents_of(group) for group in found}
    mates = mates_of({agent for crew in crews.values() for agent in crew}, now=now)
    lines = waiting(project)
    return [
        Rung(
            group,
            [mates[agent.id] for agent in crews[group.id]],
            lines.get(group.id, 0),
            groups.chain(group),
            opening(group, now=now),
        )
        for group in found
    ]


def opening(group: Group, *, now: datetime) -> datetime | None:
    """Return when a closed group opens; None when it is open."""
    times = calendars.of_group(group)
    return None if hours.is_open(times, now) else hours.opens_at(times, now)


def mates_of(agents: Iterable[Agent], *, now: datetime) -> dict[int, Mate]:
    """Return each agent's presence and open conversations, by his id."""
    agents = list(agents)
    states = presence.states(agents, now=now)
    rows = db.session.execute(
        select(Conversation.assignee_id, func.count())
        .where(
            Conversation.assignee_id.in_([agent.id for agent in agents]),
            Conversation.status == "open",
        )
        .group_by(Conversation.assignee_id)
    )
    loads = dict(rows.all())
    return {one.id: Mate(one, states[one.id], loads.get(one.id, 0)) for one in agents}


def waiting(project: Project) -> dict[int | None, int]:
    """Count what waits in each group of a project; None stands for no group."""
    rows = db.session.execute(
        select(Conversation.group_id, func.count())
        .where(
            Conversation.project_id == project.id,
            Conversation.assignee_id.is_(None),
            Conversation.status == "open",
        )
        .group_by(Conversation.group_id)
    )
    return dict(rows.all())


def choices(group: Group, ticked: list[int] | None, *, now: datetime) -> list[Mate]:
    """Return who is in a group, in its order, and then who could be chosen.

    `ticked` are the numbers that a refused form had chosen. An empty group above the frontline
    proposes the project's supervisors.
    """
    inside = [agent.id for agent in groups.agents_of(group)] if ticked is None else ticked
    if not inside and ticked is None and group.level > 1:
        inside = sorted(alerts.supervisors(group.project_id))
    mates = mates_of(groups.fit(group.project_id), now=now)
    first = [mates[agent_id] for agent_id in inside if agent_id in mates]
    others = [mate for agent_id, mate in mates.items() if agent_id not in inside]
    return first + [replace(mate, chosen=False) for mate in others if group.scope == "chosen"]
