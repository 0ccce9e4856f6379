"""The first page of a new installation: it makes the owner, once."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from sqlalchemy import exists, or_, select
from werkzeug import Response

from support import htmx, passwords, people, projects
from support.db import db, utcnow
from support.models import Agent, Workspace
from support.refusals import NotFound
from support.views.forms import kept
from support.views.i18n import zones
from support.views.identity import let_in, public

blueprint = Blueprint("setup", __name__)


def is_needed() -> bool:
    """Whether nobody owns this installation yet; the demonstration brings its own owner."""
    if current_app.config["SETTINGS"].demo:
        return False
    founded = or_(exists().where(Agent.role == "owner"), exists(select(Workspace.id)))
    return not db.session.scalar(select(founded))


@blueprint.get("/setup")
@public
def form() -> str | Response:
    """Ask for the workspace and its owner; afterwards there is nothing to set up."""
    return page() if is_needed() else redirect(url_for("login.form"))


def page() -> str:
    """Draw the form."""
    return render_template("setup/setup.html")


@blueprint.post("/setup")
@public
@kept(page)
def found() -> Response:
    """Found the workspace and let its owner in, on to the first project."""
    require_needed()
    hashed = passwords.hashed(request.form.get("password", ""))
    require_needed()  # somebody else may have been faster
    owner = people.create(
        request.form.get("email", ""),
        name=request.form.get("name", ""),
        password_hash=hashed,
        role="owner",
        by=None,
        now=utcnow(),
    )
    projects.found_workspace(request.form.get("workspace", ""), timezone=own_zone(), now=utcnow())
    let_in(owner)
    return htmx.see(url_for("projects.new"))


def require_needed() -> None:
    """Refuse to found a workspace twice."""
    if not is_needed():
        raise NotFound


def own_zone() -> str:
    """Return the zone of the owner's browser, which its script has written into the form."""
    told = request.form.get("timezone", "")
    return told if told in zones() else "UTC"
