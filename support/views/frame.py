"""The facts around every page: names, counters, warnings. One query, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, select, true

from support import access
from support.access import Asker
from support.db import db
from support.models import Agent, Alert, Conversation, Membership, Project, Role, Workspace


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page shows."""

    workspace: str
    timezone: str
    unread: int
    alerts: int
    unsupervised: list[str]


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
    rows = db.session.execute(shell_query(access.asker(agent)), access.values(agent)).all()
    return Shell(
        unread=rows[0][0],
        alerts=rows[0][1],
        workspace=rows[0][2] or "Switchboard",
        timezone=rows[0][3] or "UTC",
        unsupervised=[row[4] for row in rows if row[4]],
    )


@cache
def shell_query(who: Asker) -> Select[*tuple[Any, ...]]:
    """Build the one query of every page, once for each kind of asker."""
    me = who.id
    unread = select(func.coalesce(func.sum(Conversation.unread_count), 0)).where(
        Conversation.assignee_id == me, Conversation.status != "resolved"
    )
    own = select(Membership.project_id).where(Membership.agent_id == me)
    mine = true() if who.is_owner else Project.id.in_(own)
    return (
        select(
            unread.scalar_subquery(), alerts(who), Workspace.name, Workspace.timezone, Project.name
        )
        .select_from(select(1).subquery())
        .outerjoin(Workspace, true())
        .outerjoin(Project, unsupervised() & mine)
        .order_by(Project.name)
    )


def alerts(who: Asker) -> ScalarSelect[int]:
    """Count the alerts that the agent has not seen, of conversations that he sees."""
    return (
        select(func.count())
        .select_from(Alert)
        .join(Conversation, Conversation.id == Alert.conversation_id)
        .where(Alert.agent_id == who.id, Alert.seen_at.is_(None), access.visible_conversations(who))
        .scalar_subquery()
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
