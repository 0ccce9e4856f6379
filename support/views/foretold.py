"""What rules would have met in the last 30 days: told before they are saved."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from support import access, htmx
from support.db import utcnow
from support.models import Message, Project, RiskWordGroup
from support.refusals import Refusal
from support.risk import firings, wording
from support.risk.firings import Example, Firings
from support.risk.matcher import Rule
from support.views import marked, risk_drafts, risk_groups
from support.views.asked import in_field
from support.views.hitrows import Line
from support.views.marked import Piece

blueprint = Blueprint("foretold", __name__, url_prefix="/projects/<int:project_id>/risk")

AROUND = 60


@dataclass(slots=True)
class Foretold:
    """What would have been met, what is doubtful about the words, and why nothing can be told."""

    firings: Firings | None = None
    doubts: list[str] = field(default_factory=list[str])
    refused: Refusal | None = None


@blueprint.post("/look")
def look(project_id: int) -> str:
    """Tell it for the form that is typed, beneath it or on its page; nothing is changed."""
    project = risk_groups.changeable(project_id)
    number = in_field(request.form, "group")
    group = access.find_risk_group(access.me(), project, number) if number else None
    told = foretold(project, group)
    if not htmx.asks():
        return risk_groups.drawn(project, group, told)
    form = request.form.get("form", "")
    return render_template("risk/_foretold.html", told=told, form=form)


def foretold(project: Project, group: RiskWordGroup | None) -> Foretold:
    """Look back with the typed words, else with all words of the group."""
    told = Foretold()
    try:
        rules, places = _rules(group, told), _places(project, group)
        told.firings = _looked(rules, [one.id for one in places], group) if rules else None
    except Refusal as no:
        told.refused = no
    return told


def _rules(group: RiskWordGroup | None, told: Foretold) -> list[Rule]:
    if request.form.get("form") == "shapes":
        return firings.draft("shape", request.form.getlist("shape"))
    kind = request.form.get("kind", "word")
    if group is not None and request.form.get("form") == "group":
        return [rule for word in group.words for rule in firings.draft(word.kind, [word.text])]
    if not risk_drafts.lines():
        return []
    texts = wording.checked(kind, risk_drafts.lines())
    doubts = [(text, no) for text in texts if (no := wording.doubt(kind, text))]
    told.doubts = [_(no, word=text) for text, no in doubts]
    return firings.draft(kind, texts)


def _places(project: Project, group: RiskWordGroup | None) -> list[Project]:
    if request.form.get("form") == "group":
        return list(risk_groups.chosen_projects(project, group))
    return list(group.projects) if group else [project]


def _looked(rules: list[Rule], ids: list[int], group: RiskWordGroup | None) -> Firings:
    typed = request.form.get("form") == "group"
    escalated = "only_escalated" in request.form if typed else bool(group and group.only_escalated)
    seen = access.visible(access.me(), Message)
    return firings.firings(rules, ids, seen, now=utcnow(), only_escalated=escalated)


@blueprint.app_template_filter()
def nearby(example: Example) -> list[Piece]:
    """Return the first place of an example with a little of what stands around it."""
    return around(example.text, min((one.starts, one.ends) for one in example.found))


@blueprint.app_template_filter()
def nearby_hit(line: Line) -> list[Piece]:
    """Return the first place of an attempt with a little of what stands around it."""
    first = min(((hit.starts, hit.ends) for hit in line.hits), default=(0, 0))
    return around(line.row.RiskAttempt.text, first)


def around(text: str, place: tuple[int, int]) -> list[Piece]:
    """Cut out the neighbourhood of a place, which is marked."""
    starts, ends = place
    begins, stops = max(0, starts - AROUND), ends + 2 * AROUND
    here = marked.pieces(text[begins:stops], [(starts - begins, ends - begins)])
    before = [Piece("…")] if begins else []
    after = [Piece("…")] if stops < len(text) else []
    return [*before, *here, *after]
