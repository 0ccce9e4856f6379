"""A place to try a text: what would fire, by which word, why, and at which characters."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from support import access
from support.access import Right
from support.models import Project
from support.refusals import Refusal, TextTooLong
from support.risk import lists
from support.risk.matcher import Found
from support.views import marked
from support.views.risknames import KINDS, SHAPES, STOP_BADGES, STOP_NAMES

blueprint = Blueprint("risk_try", __name__, url_prefix="/projects/<int:project_id>/risk/try")

# Twice the longest message with a long caption: more is not sent at once.
LIMIT = 10_000
STRICTEST = ("block", "approve", "confirm")


@blueprint.get("")
def page(project_id: int) -> str:
    """Show an empty place to try."""
    return drawn(readable(project_id))


@blueprint.post("")
def tries(project_id: int) -> str:
    """Say what would fire; the text comes in the body, and nothing is recorded."""
    return drawn(readable(project_id))


def readable(project_id: int) -> Project:
    """Find a project whose internal control the asker may read."""
    return access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)


def drawn(project: Project) -> str:
    """Draw what was typed and what is found in it."""
    text, before = (typed(name) for name in ("text", "before"))
    found, refused = found_in(project, text, before)
    return render_template(
        "risk/try.html",
        project=project,
        text=text,
        before=before,
        found=found,
        refused_text=refused,
        pieces=marked.pieces(text, [(one.starts, one.ends) for one in found]),
        outcome=next((stop for stop in STRICTEST if stop in map(stop_of, found)), None),
        stop_of=stop_of,
        kinds=KINDS,
        shapes=SHAPES,
        stops=STOP_NAMES,
        stop_badges=STOP_BADGES,
    )


def typed(name: str) -> str:
    """Return what was typed, with the line ends of a message."""
    return request.form.get(name, "").replace("\r\n", "\n")


def found_in(project: Project, text: str, before: str) -> tuple[list[Found], Refusal | None]:
    """Return what the project's list finds in a text said after another."""
    if len(text) + len(before) > LIMIT:
        return [], TextTooLong(length=len(text) + len(before), limit=LIMIT)
    try:
        matcher = lists.matcher(project)
    except Refusal as refused:
        return [], refused
    return (matcher.scan(text, before=before) if matcher and text.strip() else []), None


def stop_of(found: Found) -> str:
    """Return what this place alone would do."""
    if found.rule.action == "block":
        return "block"
    return "approve" if found.rule.four_eyes else "confirm"
