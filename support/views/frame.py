"""The facts around every page: names, counters, warnings. One query, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select, true

from support import access, plans
from support.db import db, utcnow
from support.models import Agent, Conversation, Membership, Project, Role, Workspace


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page shows."""

    workspace: str
    timezone: str
    unread: int
    unsupervised: list[str]
    ends_at: datetime | None
    """When the trial ends or has ended; None on a plan that lasts."""

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
    """Read the workspace, the agent's unread messages and his projects without a supervisor."""
    rows = db.session.execute(shell_query(agent.is_owner), {"agent": agent.id}).all()
    return Shell(
        workspace=rows[0][1] or "Switchboard",
        timezone=rows[0][2] or "UTC",
        unread=rows[0][0],
        unsupervised=[row[3] for row in rows if row[3]],
        ends_at=plans.ends_at(rows[0][4], rows[0][5]) if rows[0][4] else None,
    )


@cache
def shell_query(everything: bool) -> Select[*tuple[Any, ...]]:
    """Build the one query of every page, once; owners see `everything`."""
    me = bindparam("agent")
    unread = select(func.coalesce(func.sum(Conversation.unread_count), 0)).where(
        Conversation.assignee_id == me, Conversation.status != "resolved"
    )
    own = select(Membership.project_id).where(Membership.agent_id == me)
    mine = true() if everything else Project.id.in_(own)
    return (
        select(
            unread.scalar_subquery(),
            *(Workspace.name, Workspace.timezone, Project.name, Workspace.plan),
            func.coalesce(Workspace.plan_since, Workspace.created_at),
        )
        .select_from(select(1).subquery())
        .outerjoin(Workspace, true())
        .outerjoin(Project, unsupervised() & mine)
        .order_by(Project.name)
    )


def unsupervised() -> ColumnElement[bool]:
    """Filter: the projects in which nobody is a supervisor who can log in."""
    supervised = exists().where(
        Membership.project_id == Project.id,
        Membership.role == Role.SUPERVISOR,
        Membership.agent_id == Agent.id,
        Agent.disabled_at.is_(None),
    )
    return ~supervised & Project.disabled_at.is_(None)
