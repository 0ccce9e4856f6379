"""The facts around every page: names, counters, warnings. One query, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

from flask import g
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    true,
)

from support import access, plans
from support.access import Asker
from support.db import UTCDateTime, run, utcnow
from support.models import (
    Agent,
    Alert,
    Conversation,
    Membership,
    Project,
    Resolution,
    RiskAttempt,
    Role,
    Workspace,
)
from support.models.alerts import PROMISES

MOST_COUNTED = 100
NOW = bindparam("now", type_=UTCDateTime)


@dataclass(frozen=True, slots=True)
class Place:
    """A project in which the agent has a place."""

    id: int
    name: str
    unsupervised: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page and the head of its lists show."""

    workspace: str
    timezone: str
    unread: int
    alerts: int
    approvals: int
    closing: int
    waiting: int
    projects: list[Place]
    ends_at: datetime | None
    """When the trial ends or has ended; None on a plan that lasts."""

    @property
    def unsupervised(self) -> list[str]:
        """The names of his projects in which nobody is a supervisor."""
        return [project.name for project in self.projects if project.unsupervised]

    @property
    def trial_is_over(self) -> bool:
        """Whether nothing is sent any more."""
        return self.ends_at is not None and self.ends_at <= utcnow()

    @property
    def days_left(self) -> int:
        """The days until the trial ends, the one that has begun included."""
        left = self.ends_at - utcnow() if self.ends_at else timedelta()
        return max(0, ceil(left / timedelta(days=1)))


def visiting() -> bool:
    """Whether a logged-in agent was already recognized; this never queries."""
    return getattr(g.get("_login_user"), "is_authenticated", False)


def shell() -> Shell:
    """Return the frame's facts, read once per request in one query."""
    if "shell" not in g:
        g.shell = read_shell(access.me())
    return g.shell


def read_shell(agent: Agent) -> Shell:
    """Read the workspace, what waits for the agent and for anybody, and the agent's projects."""
    rows = run(_shell(access.asker(agent)), access.values(agent, now=utcnow())).all()
    unread, alerts, approvals, closing, waiting, name, zone, plan, since, *_ = rows[0]
    return Shell(
        workspace=name or "Switchboard",
        timezone=zone or "UTC",
        unread=unread,
        alerts=alerts,
        approvals=approvals,
        closing=closing,
        waiting=waiting,
        projects=[Place(*row[9:]) for row in rows if row[9] is not None],
        ends_at=plans.ends_at(plan, since) if plan else None,
    )


@cache
def _shell(who: Asker) -> Select[*tuple[Any, ...]]:
    """Build the one query of every page, once."""
    mine = true() if who.is_owner else Project.id.in_(who.own)
    return (
        select(
            _unread(who),
            _alerts(who),
            _approvals(who),
            _closing(who),
            _waiting(who),
            Workspace.name,
            Workspace.timezone,
            Workspace.plan,
            func.coalesce(Workspace.plan_since, Workspace.created_at),
            Project.id,
            Project.name,
        )
        .add_columns(unsupervised())
        .select_from(select(1).subquery())
        .outerjoin(Workspace, true())
        .outerjoin(Project, mine)
        .order_by(Project.name)
    )


def _unread(who: Asker) -> ScalarSelect[int]:
    """The messages on the agent's own desk that he has not seen."""
    unread = func.coalesce(func.sum(Conversation.unread_count), 0)
    mine = and_(Conversation.assignee_id == who.id, ~Conversation.is_resolved)
    return select(unread).where(mine).scalar_subquery()


def _alerts(who: Asker) -> ScalarSelect[int]:
    """The alerts that the agent has not seen, of conversations that he sees.

    What the clocks of one conversation call for counts once.
    """
    called = case((Alert.kind.in_(PROMISES), -Alert.conversation_id), else_=Alert.id)
    unseen = and_(Alert.agent_id == who.id, Alert.seen_at.is_(None))
    seen = (
        select(func.count(func.distinct(called)))
        .select_from(Alert)
        .join(Conversation, Conversation.id == Alert.conversation_id)
    )
    return seen.where(unseen, access.visible_conversations(who)).scalar_subquery()


def _approvals(who: Asker) -> ScalarSelect[int]:
    """The messages of colleagues that wait for this agent's decision."""
    decides = true() if who.is_owner else RiskAttempt.project_id.in_(who.supervised)
    waits = and_(
        RiskAttempt.outcome == "waiting",
        RiskAttempt.stop == "approve",
        RiskAttempt.expires_at > NOW,
        RiskAttempt.agent_id != who.id,
    )
    return select(func.count()).where(waits, decides).scalar_subquery()


def _closing(who: Asker) -> ScalarSelect[int]:
    """The agent's conversations that he has resolved and can still keep open."""
    # Asked of each standing click, not joined: SQLite would look through all conversations first.
    holder = select(Conversation.assignee_id).where(Conversation.id == Resolution.conversation_id)
    stands = and_(Resolution.done_at.is_(None), Resolution.undone_at.is_(None))
    mine = holder.scalar_subquery() == who.id
    return select(func.count()).select_from(Resolution).where(stands, mine).scalar_subquery()


def _waiting(who: Asker) -> ScalarSelect[int]:
    """The conversations that wait for somebody, counted up to a hundred."""
    waits = and_(Conversation.assignee_id.is_(None), ~Conversation.is_resolved)
    some = select(Conversation.id).where(waits, access.visible_conversations(who))
    return select(func.count()).select_from(some.limit(MOST_COUNTED).subquery()).scalar_subquery()


def unsupervised() -> ColumnElement[bool]:
    """Filter: the projects in which nobody is a supervisor who can log in."""
    supervised = exists().where(
        Membership.project_id == Project.id,
        Membership.role == Role.SUPERVISOR,
        Membership.agent_id == Agent.id,
        Agent.disabled_at.is_(None),
    )
    return ~supervised & Project.disabled_at.is_(None)
