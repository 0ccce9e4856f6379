"""Invitations: the owner makes a link that is shown once, and may take it back."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug import Response

from support import access, htmx, invitations
from support.access import Right
from support.db import commit, db, utcnow
from support.models import Invitation, Project
from support.refusals import BadChoice, NotFound
from support.views.asked import in_field
from support.views.forms import kept

blueprint = Blueprint("invitations", __name__, url_prefix="/people")


@blueprint.before_request
def owners_only() -> None:
    """Everything here is the owner's."""
    access.require_right(access.me(), Right.PEOPLE)


@blueprint.get("/invite")
def new() -> str:
    """Ask whom to invite, and to what."""
    rows = db.session.execute(select(Project.id, Project.name).order_by(Project.name))
    return render_template("invitations/new.html", projects=[tuple(row) for row in rows])


@blueprint.post("/invite")
@kept(new)
def invite() -> str:
    """Keep a place, and show the link this once."""
    project = chosen_project()
    email = request.form.get("email", "")
    secret = invitations.invite(
        email,
        role=request.form.get("role", "member"),
        project=project,
        place=request.form.get("place", "") if project else None,
        by=access.me(),
        now=utcnow(),
    )
    commit()
    return render_template("invitations/made.html", email=email.strip(), link=link(secret))


def chosen_project() -> Project | None:
    """Return the project of the form; none is a choice too."""
    if not request.form.get("project"):
        return None
    project = db.session.get(Project, in_field(request.form, "project", 0))
    if project is None:
        raise BadChoice(value=request.form["project"])
    return project


def link(secret: str) -> str:
    """Return the address to pass on: under the one that people type, if it is set."""
    path = url_for("join.form", secret=secret)
    return (current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")) + path


@blueprint.post("/invitations/<int:invitation_id>/revoke")
def revoke(invitation_id: int) -> Response:
    """Take a link back; a used one stays as it is."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound
    invitations.revoke(invitation, by=access.me(), now=utcnow())
    commit()
    flash(_("The link of %(email)s opens no more.", email=invitation.email))
    return htmx.see(url_for("people.index"))
