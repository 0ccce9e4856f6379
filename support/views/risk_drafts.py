"""What is typed into the forms of internal control and not saved yet."""

from __future__ import annotations

from flask import request
from sqlalchemy import select

from support import access
from support.db import db
from support.models import Project, RiskWordGroup
from support.refusals import BadChoice
from support.views.risknames import ADDED


def is_typed(form: str) -> bool:
    """Whether this request carries that form: refused, or only looked at."""
    return request.method == "POST" and request.form.get("form") == form


def said(field: str, saved: object = "", *, form: str) -> str:
    """Return what was typed into a form that is not saved yet, else what is saved."""
    return request.form.get(field, "") if is_typed(form) else str(saved)


def ticked(field: str, value: object, *, saved: bool, form: str) -> bool:
    """Return whether a box is ticked in a form that is not saved yet, else as it is saved."""
    return str(value) in request.form.getlist(field) if is_typed(form) else saved


def lines() -> list[str]:
    """Return the typed words, a line each; nothing when none is typed."""
    text = request.form.get("words", "")
    return text.splitlines() if text.strip() else []


def words() -> tuple[str, list[str]]:
    """Return the kind that was chosen, one of those that are typed, and the typed words."""
    kind = request.form.get("kind", "")
    if kind not in ADDED:
        raise BadChoice(value=kind)
    return kind, lines()


def places(project: Project, group: RiskWordGroup | None) -> list[Project]:
    """Return the projects that the asker may let a group apply to, by name."""
    agent = access.me()
    there = set(group.projects) if group else {project}
    others = db.session.scalars(select(Project).where(Project.disabled_at.is_(None)))
    found = {*others, *there}
    mine = [one for one in found if access.may_configure(agent, one)]
    return sorted(mine, key=lambda one: (one.name.casefold(), one.id))


def foreign(group: RiskWordGroup | None) -> bool:
    """Whether a group applies also where the asker configures nothing, so that he reads it."""
    return group is not None and not access.may_configure_all(access.me(), group.projects)
