"""A project's escalation reasons: their guidance, their phrases, and what the desk does by them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug import Response

from support import access, groups, htmx, reasons
from support.access import Right
from support.db import commit, db, utcnow
from support.models import EscalationReason, Group, Phrase, Project
from support.refusals import BadChoice, NotFound
from support.views.asked import number
from support.views.forms import kept
from support.views.guidance import MODES, TIERS, worded

blueprint = Blueprint("reasons", __name__, url_prefix="/projects/<int:project_id>/reasons")

TEXTS = ("name", "try_first", "when_to")


@blueprint.get("")
def index(project_id: int) -> str:
    """Show the list in its order, and a place to try a message."""
    return listed(readable(project_id))


def readable(project_id: int) -> Project:
    """Find a project whose settings the asker may read."""
    return access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)


def changeable(project_id: int) -> Project:
    """Find a project whose settings the asker may change."""
    return access.find_project(access.me(), project_id)


def listed(project: Project, tried: str = "") -> str:
    """Draw the list, and what a tried message points to."""
    found = reasons.listed(project)
    return render_template(
        "reasons/reasons.html",
        project=project,
        reasons={reason.id: reason for reason in found},
        counts=counts(found),
        missing=reasons.missing(project),
        tried=tried,
        matches=reasons.matches(project, tried),
        **labels(),
    )


def counts(found: list[EscalationReason]) -> dict[int, int]:
    """Count the phrases of each reason."""
    rows = (
        select(Phrase.reason_id, func.count())
        .where(Phrase.reason_id.in_([reason.id for reason in found]))
        .group_by(Phrase.reason_id)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def labels() -> dict[str, dict[str, str]]:
    """Return the names of what a reason does and of the tiers."""
    return {"modes": MODES, "tiers": TIERS}


@blueprint.post("/try")
def tries(project_id: int) -> str:
    """Say what a message would trigger; it is sent in the body, for it may be a customer's."""
    return listed(readable(project_id), request.form.get("text", ""))


@blueprint.get("/new")
def new(project_id: int) -> str:
    """Ask for a reason of the project's own."""
    return form(changeable(project_id))


def form(project: Project, reason: EscalationReason | None = None) -> str:
    """Draw the form of a reason, new or there."""
    return render_template(
        "reasons/reason.html",
        project=project,
        reason=reason,
        groups=groups.in_project(project.id),
        families=reasons.families(),
        phrases="\n".join(one.text for one in reason.phrases) if reason else "",
        **labels(),
    )


@blueprint.post("/new")
@kept(new)
def create(project_id: int) -> Response:
    """Add a reason at the end of the list."""
    project = changeable(project_id)
    values = typed_values(project)
    reason = reasons.create(project, values.pop("name"), by=access.me(), now=utcnow(), **values)
    return save(project, reason)


def typed_values(project: Project, reason: EscalationReason | None = None) -> dict[str, Any]:
    """Return what the form says of a reason."""
    texts = {field: typed_text(field, reason) for field in TEXTS}
    choices = {field: request.form.get(field, "") for field in ("mode", "tier")}
    return texts | choices | {"group": chosen_group(project)}


def typed_text(field: str, reason: EscalationReason | None) -> str:
    """Return a text of the form; a shipped one that was only read in translation stays ours."""
    text = request.form.get(field, "").replace("\r\n", "\n").strip()
    return getattr(reason, field) if reason and text == worded(reason, field) else text


def chosen_group(project: Project) -> Group | None:
    """Return the target of the form; none means the next level up."""
    wanted = request.form.get("group", "")
    if not wanted:
        return None
    for group in groups.in_project(project.id):
        if group.id == number(wanted):
            return group
    raise BadChoice(value=wanted)


def save(project: Project, reason: EscalationReason) -> Response:
    """Set the phrases if they were changed, commit, say so, and show the list."""
    lines = [" ".join(line.split()) for line in request.form.get("phrases", "").splitlines()]
    if [line for line in lines if line] != [phrase.text for phrase in reason.phrases]:
        reasons.set_phrases(project, reason, lines, by=access.me(), now=utcnow())
    commit()
    flash(_("“%(name)s” is saved.", name=worded(reason)))
    return htmx.see(url_for("reasons.index", project_id=project.id))


@blueprint.get("/<int:reason_id>")
def page(project_id: int, reason_id: int) -> str:
    """Show one reason, to be changed or to be read."""
    project = readable(project_id)
    return form(project, found(project, reason_id))


def found(project: Project, reason_id: int) -> EscalationReason:
    """Find a reason of this project's list, else refuse."""
    reason = db.session.get(EscalationReason, reason_id)
    if reason is None or reason.project_id != project.id or reason.removed_at is not None:
        raise NotFound
    return reason


@blueprint.post("/<int:reason_id>")
@kept(page)
def change(project_id: int, reason_id: int) -> Response:
    """Change a reason and its phrases."""
    project = changeable(project_id)
    reason = found(project, reason_id)
    values = typed_values(project, reason)
    reasons.change(project, reason, by=access.me(), now=utcnow(), **values)
    return save(project, reason)


@blueprint.post("/<int:reason_id>/remove")
def remove(project_id: int, reason_id: int) -> Response:
    """Take a reason off the list."""
    project = changeable(project_id)
    reason = found(project, reason_id)
    reasons.remove(project, reason, by=access.me(), now=utcnow())
    commit()
    flash(_("“%(name)s” is off the list.", name=worded(reason)))
    return htmx.see(url_for("reasons.index", project_id=project.id))


@blueprint.post("/restore")
def restore(project_id: int) -> Response:
    """Bring the shipped reasons back that are missing."""
    project = changeable(project_id)
    count = reasons.restore(project, by=access.me(), now=utcnow())
    commit()
    flash(ngettext("%(num)s reason is back.", "%(num)s reasons are back.", count))
    return htmx.see(url_for("reasons.index", project_id=project.id))
