"""Who could be given a conversation: what each has in hand, and what speaks against him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from support import live
from support.db import db, run
from support.models import Agent, Assignment, Conversation, Group, GroupMember, Membership, Role
from support.routing import line

AGENT, MEMBER, PLACE = (
    table.metadata.tables[table.__tablename__] for table in (Agent, GroupMember, Membership)
)
TALK = Conversation.metadata.tables["conversation"]
SPELL = Assignment.metadata.tables["assignment"]

# All that is held, counted in one pass over its index: cheaper than asking for each agent.
HELD = (
    select(TALK.c.assignee_id, func.count().label("load"))
    .where(TALK.c.assignee_id.is_not(None), TALK.c.status == literal_column("'open'"))
    .group_by(TALK.c.assignee_id)
    .subquery("held")
)
LOAD = func.coalesce(HELD.c.load, literal_column("0"))

FRESH = (
    select(Group, line.FIRST)
    .where(Group.id == bindparam("group"))
    .options(joinedload(Group.project))
    .execution_options(populate_existing=True)
)


@dataclass(slots=True, eq=False)
class Candidate:
    """One agent of a group; `load` counts his open conversations.

    His verdict is `free`, or what speaks against giving him a conversation.
    """

    id: int
    name: str
    load: int
    online: bool
    verdict: str


# What is said of somebody with room who is not here.
OFFLINE = {"round_robin": "free", "online_first": "offline"}


@dataclass(slots=True)
class Field:
    """The candidates of one group at one instant.

    They stand in the group's order, or, where those online come first, in the order in which
    they were last given something: the longest ago first.
    """

    group: Group
    candidates: list[Candidate]
    last_given_id: int | None

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the ids of everybody who takes part."""
        return tuple(one.id for one in self.candidates)

    def verdicts(self, but: int | None = None) -> list[list[Any]]:
        """Return what a decision keeps of each candidate."""
        return [
            [one.id, "let_go" if one.id == but else one.verdict, one.load]
            for one in self.candidates
        ]

    @property
    def free(self) -> list[Candidate]:
        """Who can be given a conversation now, in the same order."""
        return [one for one in self.candidates if one.verdict == "free"]

    @property
    def room(self) -> int:
        """How many conversations could be given away now."""
        return sum(self.group.capacity - one.load for one in self.free)

    def give(self, candidate: Candidate) -> None:
        """Note that a candidate was given one: he has less room, and it was his turn."""
        candidate.load += 1
        if candidate.load >= self.group.capacity:
            candidate.verdict = "full"
        self.last_given_id = candidate.id
        if self.group.strategy == "online_first":
            self.candidates.remove(candidate)
            self.candidates.append(candidate)


def field_of(group: Group, *, now: datetime) -> Field:
    """Look at everybody who takes part in a group, and at whose turn it was.

    Who gives conversations away reads the group anew first: see `fresh`.
    """
    query = QUERIES[group.scope, group.strategy]
    found = run(query, {"group": group.id, "project": group.project_id})
    here = live.online(now=now)
    judge = _judge(group)
    candidates = [
        Candidate(agent_id, name, load, agent_id in here, judge(away, load, agent_id in here))
        for agent_id, name, away, load in found
    ]
    return Field(group, candidates, group.last_given_id)


def _judge(group: Group) -> Callable[[bool, int, bool], str]:
    """Return how somebody (away, his load, online) is judged by the group's rules."""
    capacity, offline = group.capacity, OFFLINE[group.strategy]

    def verdict(away: bool, load: int, online: bool) -> str:
        if away:
            return "away"
        if load >= capacity:
            return "full"
        return "free" if online else offline

    return verdict


def fresh(group_id: int) -> tuple[Group, int | None]:
    """Return a group with its project as they are now, and the first conversation of its line."""
    group, first = db.session.execute(FRESH, {"group": group_id}).one()
    return group, first


def _query(scope: str, strategy: str) -> Select[Any, Any, Any, Any]:
    """Build the one query of a kind of group; its words are literal, so that indexes apply."""
    group, project = bindparam("group"), bindparam("project")
    in_group = and_(MEMBER.c.agent_id == AGENT.c.id, MEMBER.c.group_id == group)
    in_project = and_(PLACE.c.agent_id == AGENT.c.id, PLACE.c.project_id == project)
    columns = select(AGENT.c.id, AGENT.c.name, AGENT.c.away_at.is_not(None), LOAD)
    turns = [_recent().asc().nulls_first()] if strategy == "online_first" else []
    if scope == "all":
        origin = PLACE.join(AGENT, in_project).outerjoin(MEMBER, in_group)
        takes_part: ColumnElement[bool] = PLACE.c.role == Role.AGENT
    else:
        origin = MEMBER.join(AGENT, in_group).outerjoin(PLACE, in_project)
        takes_part = or_(AGENT.c.role == "owner", PLACE.c.role.in_((Role.AGENT, Role.SUPERVISOR)))
    return (
        columns.select_from(origin.outerjoin(HELD, HELD.c.assignee_id == AGENT.c.id))
        .where(takes_part, AGENT.c.disabled_at.is_(None))
        .order_by(*turns, MEMBER.c.position.is_(None), MEMBER.c.position, AGENT.c.id)
    )


def _recent() -> ColumnElement[Any]:
    return (
        select(func.max(SPELL.c.started_at))
        .where(SPELL.c.agent_id == AGENT.c.id)
        .correlate(AGENT)
        .scalar_subquery()
    )


QUERIES = {
    (scope, strategy): _query(scope, strategy)
    for scope in ("all", "chosen")
    for strategy in ("round_robin", "online_first")
}
