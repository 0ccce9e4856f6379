"""What stands around every page: names, counters, warnings. One query, whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import category
from zlib import crc32

from flask import Flask, current_app, g, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select, true

from support import access
from support.db import db
from support.models import Agent, Conversation, Membership, Project, Role, Workspace
from support.views import forms, i18n

HUES = 8
# The first mark that is found decides: Edge calls itself Chrome too, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
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
    app.jinja_env.filters.update(initials=initials, hue=hue, role=role, browser=browser)
    for known in (forms.typed, forms.ticked, forms.refused):
        app.add_template_global(known)
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Return what base templates use; `shell` is a function, so that bare pages never query."""
    settings = current_app.config["SETTINGS"]
    return {
        "me": access.me() if visiting() else None,
        "shell": shell,
        "theme": theme(),
        "language": i18n.language(),
        "LANGUAGES": i18n.LANGUAGES,
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
    rows = db.session.execute(shell_query(agent.is_owner), {"agent": agent.id}).all()
    return Shell(
        workspace=rows[0][1] or "Switchboard",
        timezone=rows[0][2] or "UTC",
        unread=rows[0][0],
        unsupervised=[row[3] for row in rows if row[3]],
    )


@cache
def shell_query(everything: bool) -> Select[Any, Any, Any, Any]:
    """Build the one query of every page, once; owners see `everything`."""
    me = bindparam("agent")
    unread = select(func.coalesce(func.sum(Conversation.unread_count), 0)).where(
        Conversation.assignee_id == me, Conversation.status != "resolved"
    )
    own = select(Membership.project_id).where(Membership.agent_id == me)
    mine = true() if everything else Project.id.in_(own)
    return (
        select(unread.scalar_subquery(), Workspace.name, Workspace.timezone, Project.name)
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


def theme() -> str:
    """Return the theme: the agent's own, else the browser's cookie, else the system's."""
    own = getattr(g.get("_login_user"), "theme", None) or request.cookies.get("theme")
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


def role(name: str) -> str:
    """Return the name of a role in the reader's language."""
    names = {"agent": _("Agent"), "supervisor": _("Supervisor"), "auditor": _("Auditor")}
    return names.get(name, name)


def browser(agent: str) -> str:
    """Return the browser and the system of a user agent, as its owner would call them."""
    brands = [brand for mark, brand in BROWSERS if mark in agent]
    systems = [system for mark, system in SYSTEMS if mark in agent]
    return " · ".join([*brands[:1], *systems[:1]]) or _("Unknown browser")
