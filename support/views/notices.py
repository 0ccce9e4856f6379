"""How an agent wants to be called: sound and notifications, quiet hours, and his own Telegram."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from support import access, htmx, notices
from support.db import commit, utcnow
from support.hours import DAYS
from support.models import Project
from support.refusals import BadChoice, NotFound
from support.views import account, weekly
from support.views.forms import kept

blueprint = Blueprint("notices", __name__, url_prefix="/account")
WHEN = ("never", "daily", "table")


@blueprint.post("/notices")
@kept(account.page)
def change() -> Response:
    """Choose what sounds, whether this browser's system notifies, and what may be named."""
    form = request.form
    notices.save(
        access.me(),
        sound=form.get("sound", ""),
        notify="notify" in form,
        names="names" in form,
        now=utcnow(),
    )
    return account.saved(_("Saved."))


@blueprint.post("/quiet")
@kept(account.page)
def quiet() -> Response | str:
    """Choose quiet hours; a line more is only drawn, not saved."""
    form = request.form
    if {"more", "copy"} & form.keys():
        return account.page()
    notices.save_quiet(
        access.me(),
        table(),
        zone=form.get("zone", ""),
        breaches_anyway="breaches_anyway" in form,
        now=utcnow(),
    )
    return account.saved(_("Your quiet hours are saved."))


def table() -> dict[str, list[list[str]]] | None:
    """Return the weekly table of the form: none, one span for every day, or as it is written."""
    match request.form.get("open"):
        case "never":
            return None
        case "daily":
            span = [weekly.time(request.form.get(name, "")) for name in ("from", "until")]
            return {day: [span] for day in DAYS}
        case "table":
            return weekly.written(request.form) or {}
        case other:
            raise BadChoice(value=other or "")


@blueprint.post("/telegram/<int:project_id>")
def link(project_id: int) -> str:
    """Make a code for a project's bot, and show it this once."""
    project = found(project_id)
    code = notices.new_code(access.me(), project, now=utcnow())
    commit()
    return render_template("account/code.html", project=project, code=code)


@blueprint.post("/telegram/<int:project_id>/end")
def unlink(project_id: int) -> Response:
    """Unlink one's own account from a project's bot."""
    notices.end_link(access.me(), found(project_id), now=utcnow())
    commit()
    flash(_("The account is unlinked: the bot writes to it no more."))
    return htmx.see(url_for("account.page"))


def found(project_id: int) -> Project:
    """Find a project in which the agent has a place; every other is not there."""
    places: list[Any] = notices.places(access.me())
    for place in places:
        if place.project.id == project_id:
            return place.project
    raise NotFound
