"""Projects: their bots, their rules, their members."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload
from werkzeug import Response

from support import access, botcheck, groups, htmx, people, projects
from support.access import Right
from support.db import commit, db, utcnow
from support.models import Agent, BotState, Membership, Project, Role
from support.refusals import BadHours, NotAllowed, NotFound
from support.views.asked import in_field
from support.views.forms import kept
from support.views.i18n import zone, zones

blueprint = Blueprint("projects", __name__, url_prefix="/projects")

ROLE_ORDER = tuple(Role)


@blueprint.get("")
def index() -> str:
    """List the projects whose settings the agent may read, with the state of their bots."""
    rows = db.session.execute(
        select(Project, BotState, headcount())
        .outerjoin(BotState, BotState.project_id == Project.id)
        .order_by(Project.name)
    ).all()
    me = access.me()
    access.require_right(me, Right.READ_SETTINGS)
    mine = [row for row in rows if access.has_right(me, Right.READ_SETTINGS, row[0])]
    return render_template("projects/projects.html", rows=mine)


def headcount() -> ScalarSelect[int]:
    """Count a project's members, as a column."""
    return (
        select(func.count())
        .select_from(Membership)
        .where(Membership.project_id == Project.id)
        .scalar_subquery()
    )


@blueprint.get("/new")
def new() -> str:
    """Ask for a name and a token."""
    access.require_right(access.me(), Right.BOTS)
    return render_template("projects/new.html", zone=zone(), zones=zones())


@blueprint.post("/new")
@kept(new)
def create() -> Response:
    """Open a project for a bot, once Telegram has accepted its token."""
    access.require_right(access.me(), Right.BOTS)
    name, token = projects.free_name(request.form.get("name", "")), typed_token()
    timezone = projects.checked_zone(request.form.get("timezone", "UTC"))
    bot = asked(token)
    project = projects.create(
        name,
        token=token,
        bot=bot,
        data=data(),
        timezone=timezone,
        by=access.me(),
        now=utcnow(),
    )
    if "groups" in request.form:
        groups.offer(project, by=access.me(), now=utcnow())
    return saved(
        project, _("%(name)s answers for @%(bot)s now.", name=project.name, bot=bot.username)
    )


def typed_token() -> str:
    """Return the token of the form; refuse one of the wrong shape without asking Telegram."""
    return projects.checked_token(request.form.get("token", ""))


def asked(token: str) -> projects.Bot:
    """Ask Telegram for the bot of a token; no lock is held while it thinks."""
    db.session.rollback()
    return botcheck.ask(token, data())


def data() -> Path:
    """Return the data folder, where the key of the sealed tokens lies."""
    return current_app.config["SETTINGS"].data


def saved(project: Project, sentence: str) -> Response:
    """Commit, say so, and show the project."""
    commit()
    flash(sentence)
    return htmx.see(url_for("projects.page", project_id=project.id))


@blueprint.get("/<int:project_id>")
def page(project_id: int) -> str:
    """Show one project: its bot, rules and members; an auditor reads them."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    members = members_of(project)
    return render_template(
        "projects/project.html",
        project=project,
        bot=db.session.get(BotState, project.id),
        members=members,
        others=others(members) if access.may_configure(access.me(), project) else [],
        zones=zones(),
        roles=ROLE_ORDER,
    )


def members_of(project: Project) -> list[Membership]:
    """Return the project's members by name."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.agent)
            .where(Membership.project_id == project.id)
            .options(joinedload(Membership.agent))
            .order_by(Agent.name)
        )
    )


def others(members: list[Membership]) -> list[Agent]:
    """Return who could become a member."""
    taken = [member.agent_id for member in members]
    return list(
        db.session.scalars(
            select(Agent)
            .where(Agent.id.not_in(taken), Agent.disabled_at.is_(None))
            .order_by(Agent.name)
        )
    )


@blueprint.post("/<int:project_id>")
@kept(page)
def change(project_id: int) -> Response:
    """Change the project's rules."""
    project = access.find_project(access.me(), project_id)
    projects.change(
        project,
        by=access.me(),
        now=utcnow(),
        name=request.form.get("name", ""),
        timezone=request.form.get("timezone", ""),
        transfer_note="mandatory" if "transfer_note" in request.form else "optional",
        after_transfer="transcript" if "after_transfer" in request.form else "nothing",
        agents_see_queue="agents_see_queue" in request.form,
        earlier_conversations="earlier_conversations" in request.form,
        reopen_hours=hours(),
    )
    return saved(project, _("The rules are saved."))


def hours() -> int:
    """Return the hours within which a customer's message reopens his conversation."""
    value = in_field(request.form, "reopen_hours")
    if value is None or value > 720:
        raise BadHours
    return value


@blueprint.post("/<int:project_id>/token")
@kept(page)
def token(project_id: int) -> Response:
    """Give the project another token; only the owner holds tokens."""
    access.require_right(access.me(), Right.BOTS)
    access.find_project(access.me(), project_id)
    text = typed_token()
    bot = asked(text)
    project = access.find_project(access.me(), project_id)
    projects.change_token(project, text, bot=bot, data=data(), by=access.me(), now=utcnow())
    return saved(project, _("The new token is in use."))


@blueprint.post("/<int:project_id>/members")
@kept(page)
def add_member(project_id: int) -> Response:
    """Give an agent a place in the project, or another role there; nobody changes his own."""
    project = access.find_project(access.me(), project_id)
    agent = chosen()
    role = request.form.get("role", "")
    people.add_member(agent, project, role, by=access.me(), now=utcnow())
    return saved(project, _("%(name)s is saved as a member.", name=agent.name))


def chosen() -> Agent:
    """Return the agent of the form; a supervisor may not change his own place."""
    agent = db.session.get(Agent, in_field(request.form, "agent", 0))
    if agent is None:
        raise NotFound
    if agent.id == access.me().id and not agent.is_owner:
        raise NotAllowed
    return agent


@blueprint.post("/<int:project_id>/members/remove")
@kept(page)
def remove_member(project_id: int) -> Response:
    """Take an agent's place in the project away."""
    project = access.find_project(access.me(), project_id)
    agent = chosen()
    people.remove_member(agent, project, by=access.me(), now=utcnow())
    return saved(project, _("%(name)s is no member any more.", name=agent.name))
