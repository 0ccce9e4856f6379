"""Lists of risk words as a file: written, looked through, and taken in when all of it is right."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import ngettext
from werkzeug import Response as Answer

from support import access, htmx
from support.access import Right
from support.db import commit, utcnow
from support.models import Project
from support.refusals import CsvTooLong, CsvUnreadable
from support.risk import changes, table, taking
from support.risk.taking import Plan
from support.views.forms import kept
from support.views.risknames import KINDS, STOP_BADGES

blueprint = Blueprint("risk_csv", __name__, url_prefix="/projects/<int:project_id>/risk")

MOST_BYTES = 1_500_000


@blueprint.get("/words.csv")
def export(project_id: int) -> Response:
    """Give every group of the project as CSV."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    headers = {"Content-Disposition": 'attachment; filename="risk-words.csv"'}
    return Response(table.export(project), mimetype="text/csv", headers=headers)


@blueprint.get("/import")
def page(project_id: int) -> str:
    """Ask for a file."""
    return drawn(access.find_project(access.me(), project_id))


def drawn(project: Project, text: str = "", plan: Plan | None = None) -> str:
    """Draw the form, and what a file would change."""
    return render_template(
        "risk/import.html",
        project=project,
        text=text or request.form.get("text", ""),
        plan=plan,
        kinds=KINDS,
        stops=STOP_BADGES,
        columns=table.COLUMNS,
        most=table.MOST_LINES,
    )


@blueprint.post("/import")
@kept(page)
def look(project_id: int) -> str:
    """Look a file through and say what it would change; nothing is changed."""
    project = access.find_project(access.me(), project_id)
    text = sent()
    return drawn(project, text, taking.planned(project, text, fixed=fixed(project)))


def sent() -> str:
    """Return the text of the file that was sent, else what was pasted."""
    data = read()
    if len(data) > MOST_BYTES or len(request.form.get("text", "")) > MOST_BYTES:
        raise CsvTooLong(limit=table.MOST_LINES)
    text = table.decoded(data) if data else request.form.get("text", "")
    if not text.strip():
        raise CsvUnreadable
    return text


def read() -> bytes:
    """Return the bytes of the file that was sent; no more of one than is taken."""
    if (file := request.files.get("file")) is None:
        return b""
    with file.stream as stream:
        return stream.read(MOST_BYTES + 1)


def fixed(project: Project) -> set[int]:
    """Return the groups of the project that the asker may not change."""
    found = changes.in_project(project)
    return {one.id for one in found if not access.may_configure_all(access.me(), one.projects)}


@blueprint.post("/import/done")
@kept(page)
def take(project_id: int) -> Answer:
    """Take it in as a whole; refused when one line is wrong, and then nothing is changed."""
    project, text = access.find_project(access.me(), project_id), sent()
    plan = taking.take_in(project, text, fixed=fixed(project), by=access.me(), now=utcnow())
    commit()
    count = sum(change.new for change in plan.changes.values())
    flash(ngettext("%(num)s word is taken in.", "%(num)s words are taken in.", count))
    return htmx.see(url_for("risk_groups.index", project_id=project.id))
