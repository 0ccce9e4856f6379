"""Projects: one bot each, its token sealed, its rules changed by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select

from support import events, live, queue, reasons, sealing
from support.db import db
from support.models import Agent, BotState, EventKind, Project, Workspace
from support.people import checked_name
from support.refusals import (
    BadTimezone,
    BadToken,
    NotAllowed,
    ProjectNameTaken,
    ProjectUnknown,
    TokenOfAnotherBot,
    TokenTaken,
)

TOKEN = re.compile(r"(\d{4,16}):[A-Za-z0-9_-]{20,64}")
CHANGEABLE = (
    "name",
    "timezone",
    "transfer_note",
    "after_transfer",
    "agents_see_queue",
    "earlier_conversations",
    "reopen_hours",
)


@dataclass(frozen=True, slots=True)
class Bot:
    """What Telegram says of a token that it accepts."""

    id: int
    username: str
    name: str


def workspace() -> Workspace | None:
    """Return the installation's one row, once it is set up."""
    return db.session.scalar(select(Workspace))


def found_workspace(name: str, *, timezone: str = "UTC", now: datetime) -> Workspace:
    """Set the installation up; an existing one is returned as it is."""
    row = workspace()
    if row is None:
        row = Workspace(name=checked_name(name), timezone=checked_zone(timezone), created_at=now)
        db.session.add(row)
        db.session.flush()
        facts: dict[str, Any] = {"name": row.name, "timezone": row.timezone}
        events.record(EventKind.WORKSPACE_FOUNDED, by=None, now=now, **facts)
    return row


def tell_heads(row: Workspace, *, wanted: bool, by: Agent, now: datetime) -> None:
    """Choose whether owners hear the audit log's daily head by Telegram."""
    if not by.is_owner:
        raise NotAllowed
    before, row.tells_heads = row.tells_heads, wanted
    if wanted != before:
        changed = {"tells_heads": [before, wanted]}
        events.record(EventKind.WORKSPACE_CHANGED, by=by, now=now, changed=changed)


def checked_token(token: str) -> str:
    """Return a token of the right shape; refuse anything else."""
    token = token.strip()
    if not TOKEN.fullmatch(token):
        raise BadToken
    return token


def checked_zone(zone: str) -> str:
    """Return the name of an IANA zone; refuse anything else."""
    if zone not in available_timezones():
        raise BadTimezone(zone=zone)
    return zone


def free_name(name: str, *, but: int | None = None) -> str:
    """Return a good project name; refuse one in use by another project."""
    name = checked_name(name)
    taken = db.session.scalar(select(Project.id).where(Project.name == name))
    if taken is not None and taken != but:
        raise ProjectNameTaken(name=name)
    return name


def create(  # noqa: PLR0913 - each is a fact of the project
    name: str, *, token: str, bot: Bot, data: Path, timezone: str, by: Agent | None, now: datetime
) -> Project:
    """Open a project for a bot whose token Telegram has accepted; one bot, one project."""
    free_bot(bot)
    project = Project(
        name=free_name(name),
        timezone=checked_zone(timezone),
        bot_id=bot.id,
        bot_username=bot.username,
        bot_name=bot.name,
        token_sealed=sealing.seal(data, token.encode()),
        created_at=now,
    )
    db.session.add(project)
    db.session.flush()
    db.session.add(BotState(project_id=project.id, changed_at=now))
    reasons.seed(project)
    facts = {"name": project.name, "timezone": project.timezone, "bot": bot.username}
    events.record(EventKind.PROJECT_CREATED, by=by, now=now, project_id=project.id, **facts)
    queue.nudge(project.id)
    return project


def free_bot(bot: Bot) -> None:
    """Refuse a bot that a project uses already."""
    taken = db.session.scalar(select(Project).where(Project.bot_id == bot.id))
    if taken is not None:
        raise TokenTaken(name=taken.name)


def change(project: Project, *, by: Agent, now: datetime, **values: object) -> None:
    """Change rules of a project; what changed is recorded with before and after."""
    changed: dict[str, list[object]] = {}
    for field, value in values.items():
        before = getattr(project, field)
        if field not in CHANGEABLE or before == value:
            continue
        setattr(project, field, _checked(project, field, value))
        changed[field] = [before, value]
    if changed:
        live.poke("desk", project=project.id, queue=True)
        events.record(
            EventKind.PROJECT_CHANGED, by=by, now=now, project_id=project.id, changed=changed
        )


def _checked(project: Project, field: str, value: object) -> object:
    if field == "name":
        return free_name(str(value), but=project.id)
    return checked_zone(str(value)) if field == "timezone" else value


def change_token(
    project: Project, token: str, *, bot: Bot, data: Path, by: Agent, now: datetime
) -> None:
    """Give the project another token of its bot, as after BotFather revoked the old one.

    Refuses the token of another bot: customers, message numbers and the place in Telegram's
    updates belong to the bot, so that one needs a project of its own.
    """
    if bot.id != project.bot_id:
        raise TokenOfAnotherBot(name=project.bot_username)
    before = [project.bot_username, project.bot_name]
    project.bot_username, project.bot_name = bot.username, bot.name
    project.token_sealed = sealing.seal(data, token.encode())
    changed = {"bot": [before, [bot.username, bot.name]]}
    events.record(EventKind.TOKEN_CHANGED, by=by, now=now, project_id=project.id, changed=changed)
    queue.nudge(project.id)


def token_of(project: Project, *, data: Path) -> str:
    """Return the bot's token, for the Telegram worker alone."""
    return sealing.unseal(data, project.token_sealed).decode()


def by_name(name: str) -> Project:
    """Find a project by its name; refuse an unknown one."""
    project = db.session.scalar(select(Project).where(Project.name == name))
    if project is None:
        raise ProjectUnknown(name=name)
    return project
