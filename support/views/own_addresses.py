"""The company's own addresses in a project's settings: sending them is no risk."""

from __future__ import annotations

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from support import access, htmx
from support.db import commit, db, utcnow
from support.models import OwnAddress, Project
from support.refusals import NotFound
from support.risk import own_addresses
from support.views import risk_groups
from support.views.forms import kept

blueprint = Blueprint("own_addresses", __name__, url_prefix="/projects/<int:project_id>/risk/own")


@blueprint.post("")
@kept(risk_groups.index)
def add(project_id: int) -> Response:
    """Put an address on the list."""
    project = risk_groups.changeable(project_id)
    text, label = (request.form.get(name, "") for name in ("address", "label"))
    own_addresses.add(project, text, label, by=access.me(), now=utcnow())
    return saved(project, _("The address is on the list. One that looks like it is stopped."))


@blueprint.post("/<int:address_id>/removal")
@kept(risk_groups.index)
def remove(project_id: int, address_id: int) -> Response:
    """Take an address off the list."""
    project = risk_groups.changeable(project_id)
    address = db.session.get(OwnAddress, address_id)
    if address is None or address.project_id != project.id:
        raise NotFound
    own_addresses.remove(address, by=access.me(), now=utcnow())
    return saved(project, _("The address is off the list."))


def saved(project: Project, sentence: str) -> Response:
    """Commit, say so, and show the list."""
    commit()
    flash(sentence)
    return htmx.see(url_for("risk_groups.index", project_id=project.id, _anchor="own"))
