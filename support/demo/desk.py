"""The desk of the story: everybody and everything that an act can name."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from support import conversations, groups, messages, reasons, tags
from support.db import db
from support.demo.attendance import Attendance
from support.demo.cases import NOBODY, Act
from support.demo.customers import Patron
from support.demo.founding import own_projects
from support.demo.plan import Plan
from support.demo.team import supervisors_of
from support.models import Agent, Conversation, EscalationReason, Project, Tag
from support.store import Store

TAKEN_BEFORE = timedelta(seconds=12)
Thing = TypeVar("Thing")


@dataclass
class Desk:
    """Finds who and what an act is about."""

    projects: dict[str, Project]
    agents: dict[str, Agent]
    patrons: dict[int, Patron]
    pictures: list[Path]
    store: Store
    attendance: Attendance

    @classmethod
    @contextmanager
    def open(cls, store: Store, pictures: list[Path], planned: Plan) -> Generator[Desk]:
        """Find the team and the projects; who is here is the story's own affair meanwhile."""
        agents = {agent.email: agent for agent in db.session.scalars(select(Agent))}
        with Attendance.of(planned.rota, agents) as attendance:
            yield cls(own_projects(), agents, planned.patrons, pictures, store, attendance)

    def holder(self, conversation: Conversation, act: Act) -> Agent:
        """Return who has it; where it still waits, somebody of its group takes it first."""
        if conversation.assignee is None:
            by = self.taker(conversation, act)
            conversations.take(conversation, by=by, now=act.at - TAKEN_BEFORE)
        assert conversation.assignee is not None  # noqa: S101 - taken just now
        return conversation.assignee

    def taker(self, conversation: Conversation, act: Act) -> Agent:
        """Return who takes it from its queue: a member of its group, of those who are here."""
        if act.to not in ("", NOBODY):
            return self.agents[act.to]
        members = groups.agents_of(conversation.group) if conversation.group else []
        here = [agent for agent in members if self.attendance.is_here(agent)]
        return one_of(here or members, act)

    def helper(self, conversation: Conversation, act: Act) -> Agent:
        """Return who is asked to join: somebody of the next higher group."""
        above = groups.levels_above(conversation.group, conversation.project_id)
        group = above[0] if above else conversation.group
        members = groups.agents_of(group) if group else []
        return one_of([agent for agent in members if agent != conversation.assignee], act)

    def supervisor(self, act: Act) -> Agent:
        """Return who supervises the project."""
        return self.agents[supervisors_of(act.project)[0].email]

    @cached_property
    def reasons(self) -> dict[tuple[str, str], EscalationReason]:
        """The reasons of each project by their shipped keys."""
        return {
            (key, reason.key or ""): reason
            for key, project in self.projects.items()
            for reason in reasons.listed(project)
        }

    @cached_property
    def tags(self) -> dict[tuple[str, str], Tag]:
        """The tags of each project by their names."""
        return {
            (key, tag.name): tag
            for key, project in self.projects.items()
            for tag in tags.listed(project)
        }

    def conversation(self, act: Act) -> Conversation | None:
        """Return the customer's running conversation; a visitor may have closed it."""
        customer = messages.find_customer(self.projects[act.project], act.customer)
        return customer and conversations.running(customer)


def first_name(agent: Agent | None) -> str:
    """Return what somebody calls himself towards customers."""
    return agent.name.split()[0] if agent else ""


def one_of(things: Sequence[Thing], act: Act) -> Thing:
    """Choose by the instant of the act: the same every time."""
    return things[int(act.at.timestamp()) % len(things)]
