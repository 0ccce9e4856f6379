"""What stands around every page: names, counters, warnings. One query, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unicodedata import category
from zlib import crc32

from flask import Flask, current_app, g, request
from sqlalchemy import ColumnElement, exists, func, select, true

from support import access
from support.db import db
from support.models import Agent, Conversation, Membership, Project, Role, Workspace
from support.views import forms, i18n

HUES = 8
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page shows."""

    workspace: str
    timezone: str
    unread: int
    unsupervised: list[str]


def init(app: Flask) -> None:
    """Let templates ask for the frame, the theme and faces."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(initials=initials, hue=hue)
    app.jinja_env.globals.update(
        typed=forms.typed, ticked=forms.ticked, refused=forms.refused, LANGUAGES=i18n.LANGUAGES
    )
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Return what base templates use; `shell` is a function, so that bare pages never query."""
    settings = current_app.config["SETTINGS"]
    return {
        "me": access.me() if visiting() else None,
        "shell": shell,
        "theme": theme(),
        "language": i18n.language(),
        "demo": settings.demo,
        "settings": settings,
        "demo_hint": settings.demo and "demo_seen" not in request.cookies,
    }


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
    unread = select(func.coalesce(func.sum(Conversation.unread_count), 0)).where(
        Conversation.assignee_id == agent.id, Conversation.status != "resolved"
    )
    rows = db.session.execute(
        select(unread.scalar_subquery(), Workspace.name, Workspace.timezone, Project.name)
        .select_from(select(1).subquery())
        .outerjoin(Workspace, true())
        .outerjoin(Project, unsupervised(agent))
        .order_by(Project.name)
    ).all()
    return Shell(
        workspace=rows[0][1] or "Switchboard",
        timezone=rows[0][2] or "UTC",
        unread=rows[0][0],
        unsupervised=[row[3] for row in rows if row[3]],
    )


def unsupervised(agent: Agent) -> ColumnElement[bool]:
    """Filter: the agent's projects in which nobody is a supervisor who can log in."""
    supervised = exists().where(
        Membership.project_id == Project.id,
        Membership.role == Role.SUPERVISOR,
        Membership.agent_id == Agent.id,
        Agent.disabled_at.is_(None),
    )
    mine = true() if agent.is_owner else Project.id.in_(access.own_projects(agent))
    return ~supervised & Project.disabled_at.is_(None) & mine


def theme() -> str:
    """Return the theme: the agent's own, else the browser's cookie, else the system's."""
    own = access.me().theme if visiting() else request.cookies.get("theme")
    return own if own in THEMES else "auto"


def initials(name: str) -> str:
    """Return one or two letters of a name, which may be anything at all."""
    words = ["".join(c for c in word if category(c)[0] in "LN") for word in name.split()]
    words = [word for word in words if word]
    if not words:
        return "?"
    wide = any(ord(c) > 0x2E7F for c in words[0])  # one Chinese character fills the circle
    return words[0][0].upper() if wide else "".join(word[0] for word in words[:2]).upper()


def hue(key: object) -> int:
    """Return a colour's number that stays the same for the same person."""
    return crc32(str(key).encode()) % HUES
