"""The first seconds of the demonstration: its bots, its team, its projects."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from support import passwords, people, projects
from support.config import Settings
from support.db import commit, db
from support.demo import care
from support.demo.control import Control
from support.demo.groups import arrange
from support.demo.team import PROJECTS, TEAM, WORKSPACE
from support.models import Agent, Project, Workspace

# The workspace is as old as its history, and a little older.
AGE = timedelta(days=31)
# Numbers of messages that belong to the history; what is written from now on comes after them.
RESERVED = 5000


def settle(settings: Settings, *, now: datetime) -> bool:
    """Make team and projects on an empty database; return whether the desk is ours.

    A database on which somebody else has begun to work is left alone.
    """
    if is_empty():
        _settle(settings, now=now - AGE)
        commit()
    return is_ours()


def register(control: Control) -> None:
    """Make the bots at the local Telegram, before anybody logs in to them."""
    for project in PROJECTS:
        control.create_bot(project.username, project.bot_name, project.token)
        control.remember(project.bot_id, RESERVED, [], [])


def is_empty() -> bool:
    """Whether nobody works here yet."""
    return not db.session.scalar(select(Workspace.id)) and not db.session.scalar(select(Agent.id))


def is_ours() -> bool:
    """Whether the workspace is the demonstration's own."""
    owner = db.session.scalar(select(Agent.id).where(Agent.email == TEAM[0].email))
    return owner is not None and len(own_projects()) == len(PROJECTS)


def own_projects() -> dict[str, Project]:
    """Return the demonstration's projects by their keys."""
    rows = db.session.scalars(
        select(Project).where(Project.bot_id.in_([project.bot_id for project in PROJECTS]))
    )
    by_bot = {row.bot_id: row for row in rows}
    return {p.key: by_bot[p.bot_id] for p in PROJECTS if p.bot_id in by_bot}


def anchor() -> datetime:
    """Return the instant at which the demonstration was founded: its history ends there."""
    return db.session.scalars(select(Workspace.created_at)).one() + AGE


def _settle(settings: Settings, *, now: datetime) -> None:
    hashes = {one.email: passwords.hashed(one.password) for one in TEAM}
    projects.found_workspace(WORKSPACE, now=now)
    agents = {
        one.email: people.create(
            one.email,
            name=one.name,
            password_hash=hashes[one.email],
            role=one.role,
            by=None,
            now=now,
            audits="auditor" in one.memberships.values(),
        )
        for one in TEAM
    }
    owner, made = agents[TEAM[0].email], list[Project]()
    for one in PROJECTS:
        bot = projects.Bot(one.bot_id, one.username, one.bot_name)
        project = projects.create(
            one.name,
            token=one.token,
            bot=bot,
            data=settings.data,
            timezone=one.timezone,
            by=owner,
            now=now,
        )
        _staff(project, one.key, agents, owner, now=now)
        arrange(project, one.key, agents, by=owner, now=now)
        made.append(project)
    care.arrange(made, by=owner, now=now)


def _staff(
    project: Project, key: str, agents: dict[str, Agent], owner: Agent, *, now: datetime
) -> None:
    for one in TEAM:
        if key in one.memberships:
            role = one.memberships[key]
            people.add_member(agents[one.email], project, role, by=owner, now=now)
