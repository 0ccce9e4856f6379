"""The groups of a project: the ladder of levels, and the rules and people of each."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from support import access, groups, htmx, routing
from support.access import Right
from support.db import commit, db, utcnow
from support.models import Agent, Group, Project
from support.refusals import BadChoice, NobodyChosen, NotFound
from support.views import i18n, ladder, weekly
from support.views.asked import in_field, number
from support.views.forms import kept, refused

blueprint = Blueprint("groups", __name__, url_prefix="/projects/<int:project_id>/groups")

blueprint.add_app_template_global(weekly.hours_of)

MINUTES = ("fallback_minutes", "accept_minutes", "silent_minutes")


@blueprint.get("")
def index(project_id: int) -> str:
    """Show the ladder; auditors read it."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    i18n.write_in(project.timezone)
    rungs = ladder.of(project, now=utcnow())
    names = {rung.group.name for rung in rungs}
    return render_template(
        "groups/groups.html",
        project=project,
        rungs=rungs,
        levels={name: level for name, level in groups.LEVELS.items() if name not in names},
        may_change=access.may_configure(access.me(), project),
    )


@blueprint.post("/offer")
@kept(index)
def offer(project_id: int) -> Response:
    """Open the two groups every team begins with."""
    project = access.find_project(access.me(), project_id)
    groups.offer(project, by=access.me(), now=utcnow())
    return saved(project, _("The groups are open. Look through their rules."))


def saved(project: Project, sentence: str, group: Group | None = None) -> Response:
    """Commit, say so, and show the ladder, or the group."""
    commit()
    flash(sentence)
    if group is None:
        return htmx.see(url_for("groups.index", project_id=project.id))
    return htmx.see(url_for("groups.page", project_id=project.id, group_id=group.id))


@blueprint.post("")
@kept(index)
def create(project_id: int) -> Response:
    """Open one more group; who is in it is chosen on its own page."""
    project = access.find_project(access.me(), project_id)
    level = in_field(request.form, "level", 0)
    name = request.form.get("name", "")
    group = groups.create(project, name, level=level, by=access.me(), now=utcnow())
    return saved(project, _("“%(name)s” is open. Settle its rules.", name=group.name), group)


@blueprint.get("/<int:group_id>")
def page(project_id: int, group_id: int) -> str:
    """Show one group: who is in it, by which rules, and when."""
    group = found(project_id, group_id)
    i18n.write_in(group.project.timezone)
    mates = ladder.choices(group, typed_ids(), now=utcnow())
    return render_template(
        "groups/group.html",
        project=group.project,
        group=group,
        mates=mates,
        **weekly.form_of(group, request.form if refused("hours") else None),
        fallbacks=fallbacks(group),
        chain=groups.chain(group),
        opens_at=ladder.opening(group, now=utcnow()),
        running=groups.running_in(group),
        waiting=ladder.waiting(group.project).get(group.id, 0),
        alone=len(groups.in_project(project_id)) == 1,
    )


def found(project_id: int, group_id: int) -> Group:
    """Find a group whose rules the agent may change, else refuse."""
    project = access.find_project(access.me(), project_id)
    return one_of(project, group_id)


def one_of(project: Project, group_id: int) -> Group:
    """Return the project's group of this number; refuse one that is not there."""
    group = next((one for one in groups.in_project(project.id) if one.id == group_id), None)
    if group is None:
        raise NotFound
    return group


def typed_ids() -> list[int] | None:
    """Return who was chosen in a refused form; None when it was not that form."""
    return ids() if refused("members") else None


def ids() -> list[int]:
    """Return the numbers of the agents in the form, in its order."""
    return [one for text in request.form.getlist("agent") if (one := number(text)) is not None]


def fallbacks(group: Group) -> list[tuple[int, str]]:
    """Return the groups that may stand behind this one, of its level or higher, as choices."""
    return [
        (one.id, _("%(name)s (level %(level)s)", name=one.name, level=one.level))
        for one in groups.in_project(group.project_id)
        if one.level >= group.level and one is not group
    ]


@blueprint.post("/<int:group_id>")
@kept(page)
def change(project_id: int, group_id: int) -> Response:
    """Change the rules of a group."""
    group = found(project_id, group_id)
    form = request.form
    groups.change(
        group,
        by=access.me(),
        now=utcnow(),
        name=form.get("name", ""),
        level=in_field(form, "level", 0),
        scope=form.get("scope", ""),
        strategy=form.get("strategy", ""),
        capacity=in_field(form, "capacity", 0),
        fallback=chosen_fallback(group),
        **{name: in_field(form, name, 0) for name in MINUTES},
    )
    return saved(group.project, _("The rules are saved."), group)


def chosen_fallback(group: Group) -> Group | None:
    """Return the group chosen as fallback; none when nothing was."""
    wanted = request.form.get("fallback", "")
    if not wanted:
        return None
    others = groups.in_project(group.project_id)
    chosen = next((one for one in others if one.id == number(wanted)), None)
    if chosen is None:
        raise BadChoice(value=wanted)
    return chosen


@blueprint.post("/<int:group_id>/hours")
@kept(page)
def hours(project_id: int, group_id: int) -> str | Response:
    """Change the opening hours; a line more or a copied day is only drawn, not saved."""
    group = found(project_id, group_id)
    if {"more", "copy"} & request.form.keys():
        return drawn_hours(group)
    chosen = weekly.chosen_calendar(group.project, request.form)
    table = weekly.written(request.form)
    groups.change(group, by=access.me(), now=utcnow(), hours=table, calendar=chosen)
    return saved(group.project, _("The hours are saved."), group)


def drawn_hours(group: Group) -> str:
    """Draw the weekly table as it is typed, on its page or alone."""
    i18n.write_in(group.project.timezone)
    return render_template(
        "groups/_hours.html" if htmx.asks() else "groups/hours.html",
        project=group.project,
        group=group,
        **weekly.form_of(group, request.form),
    )


@blueprint.post("/<int:group_id>/members")
@kept(page)
def members(project_id: int, group_id: int) -> str | Response:
    """Choose who is in a group, and in which order they take turns."""
    group = found(project_id, group_id)
    chosen = moved(ids())
    if not chosen and group.scope == "chosen":
        raise NobodyChosen
    groups.set_members(group, people(chosen), by=access.me(), now=utcnow())
    if not htmx.asks():
        return saved(group.project, _("The agents are saved."), group)
    commit()
    mates = ladder.choices(group, None, now=utcnow())
    return render_template("groups/_members.html", project=group.project, group=group, mates=mates)


def moved(chosen: list[int]) -> list[int]:
    """Return the chosen ones after the move that was asked for, if one was."""
    for name, step in (("up", -1), ("down", 1)):
        one = in_field(request.form, name)
        if one in chosen:
            at = chosen.index(one)
            to = min(max(at + step, 0), len(chosen) - 1)
            chosen.insert(to, chosen.pop(at))
    return chosen


def people(chosen: list[int]) -> list[Agent]:
    """Return these agents; whether they may be in the group is asked by the verb."""
    found = [db.session.get(Agent, agent_id) for agent_id in chosen]
    return [agent for agent in found if agent is not None]


@blueprint.post("/<int:group_id>/removal")
@kept(page)
def remove(project_id: int, group_id: int) -> Response:
    """Remove a group; its conversations become its fallback's."""
    group = found(project_id, group_id)
    count, fallback = groups.running_in(group), group.fallback
    routing.dissolve(group, by=access.me(), now=utcnow())
    return saved(group.project, removed(group, count, fallback))


def removed(group: Group, count: int, fallback: Group | None) -> str:
    """Say that a group is gone, and where its conversations are."""
    if not count or fallback is None:
        return _("“%(name)s” is removed.", name=group.name)
    return ngettext(
        "“%(name)s” is removed; its %(num)s conversation went to “%(to)s”.",
        "“%(name)s” is removed; its %(num)s conversations went to “%(to)s”.",
        count,
        name=group.name,
        to=fallback.name,
    )
