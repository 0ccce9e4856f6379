"""A project's internal control: its groups of risk words, their rules, and what they would meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from support import access, htmx
from support.access import Right
from support.db import commit, utcnow
from support.models import Project, RiskWordGroup
from support.refusals import BadChoice, RiskGroupNowhere
from support.risk import changes, own_addresses, recommended, wording
from support.risk.table import stop_of
from support.risk.taking import STOPS
from support.views import risk_drafts as drafts
from support.views.asked import number
from support.views.forms import kept
from support.views.risknames import (
    ADDED,
    KINDS,
    SHAPES,
    STOP_BADGES,
    STOP_HINTS,
    STOP_NAMES,
)

blueprint = Blueprint("risk_groups", __name__, url_prefix="/projects/<int:project_id>/risk")

MOST_SHOWN = 200


def readable(project_id: int) -> Project:
    """Find a project whose internal control the asker may read."""
    return access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)


def changeable(project_id: int) -> Project:
    """Find a project whose internal control the asker may change."""
    return access.find_project(access.me(), project_id)


@blueprint.get("")
def index(project_id: int, **_others: int) -> str:
    """Show the groups that apply here, and the company's own addresses."""
    project = readable(project_id)
    groups = changes.in_project(project)
    return render_template(
        "risk/risk.html",
        project=project,
        groups=groups,
        counts=changes.counts(groups),
        own=own_addresses.listed(project),
        network=own_addresses.network,
        networks=own_addresses.NETWORKS,
        recommended=recommended.missing(project, _),
        stop_of=stop_of,
        **names(),
    )


def names() -> dict[str, Any]:
    """Return the words for kinds, shapes and what a group does."""
    return {
        "kinds": KINDS,
        "shapes": SHAPES,
        "stops": STOP_NAMES,
        "stop_hints": STOP_HINTS,
        "stop_badges": STOP_BADGES,
    }


@blueprint.get("/new")
def new(project_id: int) -> str:
    """Ask for a group and its first words."""
    return drawn(changeable(project_id))


def drawn(project: Project, group: RiskWordGroup | None = None, told: object = None) -> str:
    """Draw the form of a group, new or there; what was typed and is not saved yet is kept."""
    asked = request.args.get("q", "").strip()
    listed = wording.search(group.id, asked, limit=MOST_SHOWN) if group else []
    return render_template(
        "risk/group.html",
        project=project,
        group=group,
        said=drafts.said,
        ticked=drafts.ticked,
        places=drafts.places(project, group),
        foreign=drafts.foreign(group),
        stop=stop_of(group) if group else "confirm",
        counts=changes.counts([group]).get(group.id, {}) if group else {},
        words=listed,
        asked=asked,
        most=MOST_SHOWN,
        chosen_shapes=changes.texts(group, "shape") if group else {},
        added=ADDED,
        told=told,
        doubt=wording.doubt,
        **names(),
    )


@blueprint.post("/new")
@kept(new)
def create(project_id: int) -> Response:
    """Make a group with its first words."""
    project = changeable(project_id)
    rules = rules_typed(project)
    group = changes.create_group(rules.pop("name"), by=access.me(), now=utcnow(), **rules)
    if drafts.lines():
        changes.add_words(group, *drafts.words(), by=access.me(), now=utcnow())
    commit()
    flash(_("“%(name)s” applies from now on.", name=group.name))
    return to_group(project, group)


def rules_typed(project: Project, group: RiskWordGroup | None = None) -> dict[str, Any]:
    """Return what the form says of a group's rules."""
    form = request.form
    if form.get("stop") not in STOPS:
        raise BadChoice(value=form.get("stop", ""))
    flags = {name: name in form for name in ("only_escalated", "flags_incoming")}
    projects = chosen_projects(project, group)
    return {"name": form.get("name", ""), "projects": projects} | STOPS[form["stop"]] | flags


def chosen_projects(project: Project, group: RiskWordGroup | None) -> Sequence[Project]:
    """Return the chosen projects, of those that the asker configures."""
    offered = {one.id: one for one in drafts.places(project, group)}
    ids = [number(text) for text in request.form.getlist("project")]
    chosen = [offered[one] for one in dict.fromkeys(ids) if one is not None and one in offered]
    if not chosen:
        raise RiskGroupNowhere
    return chosen


def to_group(project: Project, group: RiskWordGroup) -> Response:
    """Show the group."""
    return htmx.see(url_for("risk_groups.page", project_id=project.id, group_id=group.id))


@blueprint.get("/groups/<int:group_id>")
def page(project_id: int, group_id: int) -> str:
    """Show a group with its words; auditors read it."""
    project = readable(project_id)
    right = Right.READ_SETTINGS
    return drawn(project, access.find_risk_group(access.me(), project, group_id, right=right))


def found(project_id: int, group_id: int) -> tuple[Project, RiskWordGroup]:
    """Find a group that the asker may change, in a project of his."""
    project = changeable(project_id)
    return project, access.find_risk_group(access.me(), project, group_id)


@blueprint.post("/groups/<int:group_id>")
@kept(page)
def change(project_id: int, group_id: int) -> Response:
    """Change the rules of a group."""
    project, group = found(project_id, group_id)
    rules = rules_typed(project, group)
    changes.change_group(group, by=access.me(), now=utcnow(), **rules)
    commit()
    flash(_("The rules are saved."))
    return to_group(project if project in group.projects else group.projects[0], group)


@blueprint.post("/groups/<int:group_id>/pause")
@kept(page)
def pause(project_id: int, group_id: int) -> Response:
    """Let a group rest, or apply again."""
    project, group = found(project_id, group_id)
    rests = request.form.get("paused") == "1"
    changes.change_group(group, paused=rests, by=access.me(), now=utcnow())
    commit()
    flash(_("The group is paused: it stops nothing.") if rests else _("The group applies again."))
    return to_group(project, group)


@blueprint.post("/groups/<int:group_id>/removal")
@kept(page)
def remove(project_id: int, group_id: int) -> Response:
    """Take a group away."""
    project, group = found(project_id, group_id)
    changes.remove_group(group, by=access.me(), now=utcnow())
    commit()
    flash(_("“%(name)s” is removed. What it has stopped stays on record.", name=group.name))
    return htmx.see(url_for("risk_groups.index", project_id=project.id))


@blueprint.post("/recommended")
@kept(index)
def recommend(project_id: int) -> Response:
    """Make the groups that are recommended to begin with, as far as they are missing."""
    project = changeable(project_id)
    made = recommended.begin(project, _, by=access.me(), now=utcnow())
    commit()
    flash(ngettext("%(num)s group is made.", "%(num)s groups are made.", len(made)))
    return htmx.see(url_for("risk_groups.index", project_id=project.id))
