"""The list of a project's tags, in its settings: created, renamed, coloured, removed."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug import Response

from support import access, htmx, tags
from support.db import commit, db, utcnow
from support.models import Project, Tag, Tagging
from support.refusals import NotFound
from support.views.forms import kept

blueprint = Blueprint("tags", __name__, url_prefix="/projects/<int:project_id>/tags")


@blueprint.get("")
def page(project_id: int) -> str:
    """Show the project's tags, and how many conversations wear each."""
    project = access.find_project(access.me(), project_id)
    listed = tags.listed(project)
    return render_template(
        "tags/tags.html", project=project, tags=listed, worn=worn(listed), colours=tags.COLOURS
    )


def worn(listed: list[Tag]) -> dict[int, int]:
    """Count the conversations that wear each of these tags."""
    rows = (
        select(Tagging.tag_id, func.count())
        .where(Tagging.tag_id.in_([tag.id for tag in listed]), Tagging.ended_at.is_(None))
        .group_by(Tagging.tag_id)
    )
    return {tag_id: count for tag_id, count in db.session.execute(rows)}  # noqa: C416 - a row is no pair


@blueprint.post("")
@kept(page)
def create(project_id: int) -> Response:
    """Add a tag."""
    project = access.find_project(access.me(), project_id)
    name, colour = typed()
    tag = tags.create(project, name, colour=colour, by=access.me(), now=utcnow())
    return saved(project, _("“%(name)s” can be put on conversations now.", name=tag.name))


@blueprint.post("/<int:tag_id>")
@kept(page)
def change(project_id: int, tag_id: int) -> Response:
    """Rename or colour a tag, wherever it is worn."""
    project = access.find_project(access.me(), project_id)
    tag, (name, colour) = found(project, tag_id), typed()
    tags.change(project, tag, name=name, colour=colour, by=access.me(), now=utcnow())
    return saved(project, _("“%(name)s” is saved.", name=tag.name))


@blueprint.post("/<int:tag_id>/removal")
@kept(page)
def remove(project_id: int, tag_id: int) -> Response:
    """Take a tag off the list; where it is worn it stays."""
    project = access.find_project(access.me(), project_id)
    tag = found(project, tag_id)
    tags.remove(tag, by=access.me(), now=utcnow())
    return saved(project, _("“%(name)s” is off the list.", name=tag.name))


def found(project: Project, tag_id: int) -> Tag:
    """Find a tag of this project's list."""
    tag = db.session.get(Tag, tag_id)
    if tag is None or tag.project_id != project.id or tag.removed_at is not None:
        raise NotFound
    return tag


def typed() -> tuple[str, str]:
    """Return the name and the colour of the form."""
    return request.form.get("name", ""), request.form.get("colour", "grey")


def saved(project: Project, sentence: str) -> Response:
    """Commit, say so, and show the list."""
    commit()
    flash(sentence)
    return htmx.see(url_for("tags.page", project_id=project.id))
