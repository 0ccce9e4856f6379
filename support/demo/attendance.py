"""Who is here in the story: in a list of its own, beside that of the people who are here now."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select

from support import groups, live, presence, routing
from support.db import db
from support.demo.cases import Act
from support.demo.shifts import Shift, at_work
from support.models import Agent, Group

STORY = "switchboard:present:story"


@dataclass
class Attendance:
    """Keeps the story's list as the rota says, whenever something depends on it."""

    rota: Sequence[Shift]
    agents: Mapping[str, Agent]
    here: set[str] = field(default_factory=set[str])

    @cached_property
    def _end(self) -> datetime:
        return max(shift.end for shift in self.rota) + timedelta(days=1)

    @classmethod
    @contextmanager
    def of(cls, rota: Sequence[Shift], agents: Mapping[str, Agent]) -> Generator[Attendance]:
        """Let routing look at the story's list; afterwards at the real one again."""
        before, live.wire.present = live.wire.present, STORY
        live.wire.redis.delete(STORY)
        try:
            yield cls(rota, agents)
        finally:
            live.wire.redis.delete(STORY)
            live.wire.present = before

    def is_here(self, agent: Agent) -> bool:
        """Whether somebody is at work, and not set away."""
        return agent.email in self.here and agent.away_at is None

    def free_for(self, act: Act) -> None:
        """Let those be here who are at work then, or the one alone who is to be given it."""
        if act.kind in ("say", "escalate") and act.to:
            self._set({act.to} & self.agents.keys())
        else:
            self._set(at_work(self.rota, act.at))

    def _set(self, here: set[str]) -> None:
        for email in self.here - here:
            live.gone(self.agents[email].id)
        for email in here - self.here:
            # Heard of until he goes: who is here is asked of the list, not of the hour.
            live.seen(self.agents[email].id, now=self._end)
        self.here = here

    def turn(self, act: Act) -> None:
        """Somebody comes, has a break, or goes; what waits for him is given out."""
        agent = self.agents[act.by]
        self._set(at_work(self.rota, act.at))
        match act.kind:
            case "away":
                presence.set_away(agent, by=agent, now=act.at)
            case "back":
                self.comes_to(agent, now=act.at)
            case _:
                presence.settle(agent, now=act.at)
        if act.kind in ("come", "back"):
            self._gives_out(agent, act.at)

    def comes_to(self, agent: Agent, *, now: datetime) -> None:
        """Somebody can be given conversations again."""
        presence.come_back(agent, by=agent, now=now)

    def _gives_out(self, agent: Agent, now: datetime) -> None:
        waiting = routing.groups_waiting()
        if waiting:
            own = select(Group).where(Group.id.in_(groups.own_groups(agent.id)))
            for group in db.session.scalars(own.where(Group.id.in_(waiting))):
                routing.drain(group, now=now, trigger="online")
