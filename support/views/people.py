"""Who works here: the owner adds people, gives them roles and shuts them out."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug import Response

from support import access, htmx, invitations, passwords, people, presence
from support.access import Right
from support.db import commit, db, utcnow
from support.models import Agent, Project
from support.refusals import NotFound
from support.views.forms import kept

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.before_request
def owners_only() -> None:
    """Everything here is the owner's."""
    access.require_right(access.me(), Right.PEOPLE)


@blueprint.get("")
def index() -> str:
    """List everybody, enabled ones first, and who is invited."""
    agents = db.session.scalars(
        select(Agent)
        .options(selectinload(Agent.memberships))
        .order_by(Agent.disabled_at.is_not(None), Agent.name)
    ).all()
    now = utcnow()
    return render_template(
        "people/people.html",
        agents=agents,
        names=names(),
        states=presence.states(agents, now=now),
        invited=invitations.pending(now=now),
    )


def names() -> dict[int, str]:
    """Return the name of every project."""
    return {row.id: row.name for row in db.session.execute(select(Project.id, Project.name))}


@blueprint.get("/new")
def new() -> str:
    """Ask for a new person."""
    return render_template("people/new.html")


@blueprint.post("/new")
@kept(new)
def create() -> Response:
    """Let a new person log in."""
    hashed = passwords.hashed(request.form.get("password", ""))
    agent = people.create(
        request.form.get("email", ""),
        name=request.form.get("name", ""),
        password_hash=hashed,
        role=request.form.get("role", "member"),
        by=access.me(),
        now=utcnow(),
    )
    return saved(agent, _("%(name)s may log in now.", name=agent.name))


def saved(agent: Agent, sentence: str) -> Response:
    """Commit, say so, and show the person."""
    commit()
    flash(sentence)
    return htmx.see(url_for("people.page", agent_id=agent.id))


def found(agent_id: int) -> Agent:
    """Find a person, else refuse."""
    agent = db.session.get(Agent, agent_id)
    if agent is None:
        raise NotFound
    return agent


@blueprint.get("/<int:agent_id>")
def page(agent_id: int) -> str:
    """Show one person."""
    return render_template("people/person.html", agent=found(agent_id), names=names())


@blueprint.post("/<int:agent_id>")
@kept(page)
def change(agent_id: int) -> Response:
    """Change name and role; the last owner stays one."""
    agent, by = found(agent_id), access.me()
    name, role = request.form.get("name", ""), request.form.get("role", agent.role)
    if name != agent.name:
        people.rename(agent, name, by=by, now=utcnow())
    if role != agent.role:
        people.set_role(agent, role, by=by, now=utcnow())
    return saved(agent, _("Saved."))


@blueprint.post("/<int:agent_id>/password")
@kept(page)
def password(agent_id: int) -> Response:
    """Give a person another password, which ends every login of his."""
    hashed = passwords.hashed(request.form.get("password", ""))
    agent = found(agent_id)
    people.set_password(agent, password_hash=hashed, by=access.me(), now=utcnow())
    return saved(agent, _("%(name)s has a new password now.", name=agent.name))


@blueprint.post("/<int:agent_id>/disable")
@kept(page)
def disable(agent_id: int) -> Response:
    """Shut a person out at once."""
    agent = found(agent_id)
    people.disable(agent, by=access.me(), now=utcnow())
    return saved(agent, _("%(name)s is shut out.", name=agent.name))


@blueprint.post("/<int:agent_id>/enable")
@kept(page)
def enable(agent_id: int) -> Response:
    """Let a person in again."""
    agent = found(agent_id)
    people.enable(agent, by=access.me(), now=utcnow())
    return saved(agent, _("%(name)s may log in again.", name=agent.name))
