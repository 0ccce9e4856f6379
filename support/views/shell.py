"""What stands around every page: its frame, its theme, and the words that templates know."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf.csrf import generate_csrf

from support import access
from support.models import Project
from support.views import forms, frame, guidance, i18n, names, news

THEMES = ("auto", "light", "dark")


def init(app: Flask) -> None:
    """Let templates ask for the frame, the theme and faces."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for filtering in (names.initials, names.hue, names.role, names.browser, guidance.worded):
        app.add_template_filter(filtering)
    for asked in (forms.typed, forms.ticked, forms.refused):
        app.add_template_global(asked)
    app.add_template_global(has_right)
    app.add_template_global(csrf_token)
    app.add_template_global(news.drawn_at)
    app.context_processor(known)


def known() -> dict[str, Any]:
    """Return what base templates use; `shell` is a function, so that bare pages never query."""
    settings = current_app.config["SETTINGS"]
    return {
        "me": access.me() if frame.visiting() else None,
        "shell": frame.shell,
        "theme": theme(),
        "language": i18n.language(),
        "LANGUAGES": i18n.LANGUAGES,
        "demo": settings.demo,
        "settings": settings,
        "demo_hint": settings.demo and "demo_seen" not in request.cookies,
    }


def has_right(right: str, project: Project | None = None) -> bool:
    """Answer in a template whether the asker has a right; the gate decides."""
    return access.has_right(access.me(), access.Right(right), project)


def csrf_token() -> str:
    """Return the request's token, made once: a session page has a dozen forms."""
    return g.get("csrf_token") or generate_csrf()


def theme() -> str:
    """Return the theme: the agent's own, else the browser's cookie, else the system's."""
    own = getattr(g.get("_login_user"), "theme", None) or request.cookies.get("theme")
    return own if own in THEMES else "auto"
