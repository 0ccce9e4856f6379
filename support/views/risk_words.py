"""The words and shapes of a group: added a line each, taken off the list, ticked."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from support import access
from support.db import commit, utcnow
from support.risk import changes, wording
from support.views import risk_drafts, risk_groups
from support.views.asked import number
from support.views.forms import kept

blueprint = Blueprint("risk_words", __name__, url_prefix="/projects/<int:project_id>/risk")


@blueprint.post("/groups/<int:group_id>/words")
@kept(risk_groups.page)
def add(project_id: int, group_id: int) -> Response:
    """Add words of one kind, a line each."""
    project, group = risk_groups.found(project_id, group_id)
    new = changes.add_words(group, *risk_drafts.words(), by=access.me(), now=utcnow())
    commit()
    flash(ngettext("%(num)s word is added.", "%(num)s words are added.", len(new)))
    return risk_groups.to_group(project, group)


@blueprint.post("/groups/<int:group_id>/words/removal")
@kept(risk_groups.page)
def take(project_id: int, group_id: int) -> Response:
    """Take the ticked words off the list."""
    project, group = risk_groups.found(project_id, group_id)
    ids = [one for text in request.form.getlist("word") if (one := number(text)) is not None]
    gone = wording.by_ids(group.id, ids)
    changes.remove_words(group, gone, by=access.me(), now=utcnow())
    commit()
    flash(ngettext("%(num)s word is removed.", "%(num)s words are removed.", len(gone)))
    return risk_groups.to_group(project, group)


@blueprint.post("/groups/<int:group_id>/shapes")
@kept(risk_groups.page)
def shape(project_id: int, group_id: int) -> Response:
    """Choose the shapes that a group looks for."""
    project, group = risk_groups.found(project_id, group_id)
    wanted = request.form.getlist("shape")
    changes.set_shapes(group, wanted, by=access.me(), now=utcnow())
    commit()
    flash(_("The shapes are saved."))
    return risk_groups.to_group(project, group)
