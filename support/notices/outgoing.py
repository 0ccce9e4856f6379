"""The outbox of messages to colleagues: written in the transaction that calls them, sent once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from support import people, queue
from support.db import db
from support.models import Agent, Membership, Project, StaffLink, StaffMessage, Workspace

# What could not be sent for so long calls nobody any more.
STALE = timedelta(minutes=30)
LOAD = 200


def fits(agent: Agent, project: Project) -> bool:
    """Answer whether a project's bot may write to an agent: one who works there, and can log in."""
    if agent.disabled_at is not None or project.disabled_at is not None:
        return False
    return agent.is_owner or people.membership(agent, project) is not None


def language_of(agent: Agent) -> str:
    """Return the language in which a bot writes to an agent: his own, else the workspace's."""
    return agent.language or db.session.scalar(select(Workspace.language)) or "en"


def write(  # noqa: PLR0913 - a message and all that it is about
    project: Project,
    telegram_id: int,
    kind: str,
    text: str,
    *,
    now: datetime,
    agent: Agent | None = None,
    notice_id: int | None = None,
) -> None:
    """Put a message to a colleague into the outbox; the bot is woken after the commit."""
    db.session.add(
        StaffMessage(
            project_id=project.id,
            agent_id=agent.id if agent else None,
            notice_id=notice_id,
            telegram_id=telegram_id,
            kind=kind,
            text=text,
            random_id=secrets.randbits(62) | 1,
            created_at=now,
        )
    )
    queue.nudge(project.id)


def waiting(project: Project, *, now: datetime) -> list[StaffMessage]:
    """Return what waits for Telegram's acceptance and may still be sent, oldest first."""
    rows = (
        select(StaffMessage)
        .where(StaffMessage.project_id == project.id, _may_leave(now))
        .order_by(StaffMessage.id)
        .limit(LOAD)
    )
    return list(db.session.scalars(rows))


def reaches(message_id: int, *, now: datetime) -> bool:
    """Answer, just before it leaves, whether a message may still be sent."""
    rows = select(StaffMessage.id).where(StaffMessage.id == message_id, _may_leave(now))
    return db.session.scalar(rows) is not None


def _may_leave(now: datetime) -> ColumnElement[bool]:
    """Filter: unsent, not stale, and for somebody who works here and is linked as then."""
    place = exists().where(
        Membership.agent_id == StaffMessage.agent_id,
        Membership.project_id == StaffMessage.project_id,
    )
    still = exists().where(
        StaffLink.agent_id == StaffMessage.agent_id,
        StaffLink.project_id == StaffMessage.project_id,
        StaffLink.telegram_id == StaffMessage.telegram_id,
        StaffLink.ended_at.is_(None),
        StaffLink.agent_id == Agent.id,
        Agent.disabled_at.is_(None),
        or_(Agent.role == "owner", place),
    )
    return and_(
        StaffMessage.sent_at.is_(None),
        StaffMessage.failed_at.is_(None),
        StaffMessage.created_at > now - STALE,
        or_(StaffMessage.agent_id.is_(None), still),
    )


def accepted(message: StaffMessage, *, now: datetime) -> None:
    """Telegram has the message; hearing it twice changes nothing."""
    if message.sent_at is None:
        message.sent_at, message.failed_at, message.failure = now, None, ""
        message.not_before = None


def failed(message: StaffMessage, reason: str, *, now: datetime) -> None:
    """Telegram will not take the message; the account page says why."""
    message.failed_at, message.failure = now, reason[:255]


def held(message: StaffMessage, *, until: datetime) -> None:
    """Telegram asked to wait."""
    message.not_before = until
