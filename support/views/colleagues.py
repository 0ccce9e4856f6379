"""To whom a conversation can be handed: agents and groups, who is here, and who has how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from support import groups, presence, routing
from support.db import db
from support.models import Agent, Conversation, Group, GroupMember, Membership, Role
from support.routing import Answer, Outlook
from support.views import timeline

HERE_FIRST = ("online", "away", "offline")


@dataclass(frozen=True, slots=True)
class Colleague:
    """One agent; `load` counts what he has in hand, out of `capacity` where a group sets one.

    `up` is the group to which the conversation would rise with him.
    """

    id: int
    name: str
    role: str
    load: int
    state: str
    capacity: int | None = None
    up: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """One group: what a conversation can expect there now, and who would get it."""

    group: Group
    outlook: Outlook
    answer: Answer
    is_up: bool
    members: list[Colleague] = field(default_factory=list[Colleague])

    @property
    def why(self) -> str:
        """Why it would wait, or why it would not; to be translated."""
        return timeline.WHY[self.answer.why]


@dataclass(frozen=True, slots=True)
class Choices:
    """Everybody who may hold a conversation, and every group that has anybody."""

    colleagues: list[Colleague]
    teams: list[Team]

    @property
    def above(self) -> list[Team]:
        """The groups to which it can be escalated, the nearest first."""
        return [one for one in self.teams if one.is_up]


def choices(conversation: Conversation, *, but: Agent, now: datetime) -> Choices:
    """Return where a conversation can go; `but` has it already."""
    ladder = Ladder.of(conversation)
    found = ladder.colleagues(now=now)
    others = [one for one in found if one.id != but.id]
    teams = [
        _team(conversation, group, others, ladder, but=but, now=now) for group in ladder.groups
    ]
    return Choices(others, [one for one in teams if one.answer.candidates])


def of(conversation: Conversation, *, now: datetime) -> list[Colleague]:
    """Return who may hold this conversation: who is here first, then who has least."""
    return Ladder.of(conversation).colleagues(now=now)


def _team(
    conversation: Conversation,
    group: Group,
    others: Iterable[Colleague],
    ladder: Ladder,
    *,
    but: Agent,
    now: datetime,
) -> Team:
    tier = "escalated" if group.level > conversation.level else conversation.tier
    answer = routing.asked(group, at=now, tier=tier, but=but.id)
    ids = {one[0] for one in answer.candidates} - {but.id}
    return Team(
        group,
        routing.outlook(group, now=now),
        answer,
        is_up=group in ladder.above,
        members=[one for one in others if one.id in ids],
    )


@dataclass(frozen=True, slots=True)
class Ladder:
    """The groups of a conversation's project and their members, read at once.

    It says of everybody what `transfer.upward` says of one: whether a move to him goes up.
    """

    conversation: Conversation
    groups: list[Group]
    places: dict[int, set[int]]

    @classmethod
    def of(cls, conversation: Conversation) -> Ladder:
        """Read the groups of a conversation's project, and who was chosen for each."""
        listed = groups.in_project(conversation.project_id)
        rows = select(GroupMember.group_id, GroupMember.agent_id)
        places: dict[int, set[int]] = {}
        for group_id, agent_id in db.session.execute(
            rows.where(GroupMember.group_id.in_([group.id for group in listed]))
        ):
            places.setdefault(group_id, set()).add(agent_id)
        return cls(conversation, listed, places)

    @property
    def above(self) -> list[Group]:
        """The groups of a higher level than the conversation's."""
        return [group for group in self.groups if group.level > self.conversation.level]

    def colleagues(self, *, now: datetime) -> list[Colleague]:
        """Return who may hold the conversation: who is here first, then who has least."""
        rows = [(agent, role, load) for agent, role, load in db.session.execute(_holders(self))]
        states = presence.states([agent for agent, _, _ in rows], now=now)
        found = [self._colleague(*row, state=states[row[0].id]) for row in rows]
        places = {state: place for place, state in enumerate(HERE_FIRST)}
        return sorted(found, key=lambda one: (places[one.state], one.load, one.name.casefold()))

    def _colleague(self, agent: Agent, role: str | None, load: int, *, state: str) -> Colleague:
        up, home = self._up(agent, role), self._home(agent, role)
        group = up or home
        capacity = group.capacity if group and self._has(group, agent, role) else None
        rank = role if role and not agent.is_owner else "owner"
        return Colleague(
            agent.id, agent.name, rank, load, state, capacity, up=up.name if up else ""
        )

    def _has(self, group: Group, agent: Agent, role: str | None) -> bool:
        if group.scope == "all":
            return role == Role.AGENT
        return agent.id in self.places.get(group.id, set())

    def _up(self, agent: Agent, role: str | None) -> Group | None:
        current = self.conversation.group
        if current is None or self._has(current, agent, role):
            return None
        own = [group for group in self.above if self._has(group, agent, role)]
        commands = agent.is_owner or role == Role.SUPERVISOR
        return next(iter(own or (self.above if commands else [])), None)

    def _home(self, agent: Agent, role: str | None) -> Group | None:
        """Return the highest group of his that is no higher than the conversation's."""
        level = self.conversation.level
        own = [one for one in self.groups if one.level <= level and self._has(one, agent, role)]
        return own[-1] if own else None


def _holders(ladder: Ladder) -> Select[*tuple[Any, ...]]:
    conversation = ladder.conversation
    load = (
        select(func.count())
        .where(Conversation.assignee_id == Agent.id, Conversation.status == "open")
        .correlate(Agent)
        .scalar_subquery()
    )
    place = and_(Membership.agent_id == Agent.id, Membership.project_id == conversation.project_id)
    return (
        select(Agent, Membership.role, load)
        .outerjoin(Membership, place)
        .where(
            Agent.disabled_at.is_(None),
            or_(Agent.role == "owner", Membership.role.in_((Role.AGENT, Role.SUPERVISOR))),
        )
    )
