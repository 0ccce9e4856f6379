"""Several at one conversation: who is added or goes, who asks for the lead, who is given it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, collaboration
from support.access import Action, Look
from support.db import utcnow
from support.models import Agent
from support.refusals import EscalationNeeded
from support.views import around, colleagues, desk, escalations, forms
from support.views.asked import in_field, number

blueprint = Blueprint("collaborators", __name__, url_prefix="/conversations/<int:conversation_id>")


@blueprint.get("/collaborators")
def page(conversation_id: int) -> str:
    """Show who could work on the conversation, on a page of its own."""
    return render_template("conversations/collaborators.html", **form(conversation_id))


@blueprint.get("/collaborators/dialog")
def dialog(conversation_id: int) -> str:
    """Return the same form alone, for the dialog."""
    return render_template("conversations/_collaborators.html", **form(conversation_id))


@blueprint.post("/collaborators")
@forms.kept(page)
def choose(conversation_id: int) -> Response:
    """Let those who were ticked join, and those go whose tick was taken off.

    Who has joined since the form was drawn is in neither list, and stays.
    """
    look = desk.looked(conversation_id, Action.ADD_COLLABORATOR)
    ticked, shown = ids("agents"), ids("shown")
    for agent_id in ticked - shown:
        agent = escalations.agent_of(look, agent_id)
        collaboration.add(look.conversation, agent, by=access.me(), now=utcnow())
    for agent_id in shown - ticked:
        agent = escalations.agent_of(look, agent_id)
        collaboration.leave(look.conversation, agent, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/collaborators/leave")
def leave(conversation_id: int) -> Response:
    """Let a collaborator go: himself, or sent by a supervisor."""
    look = desk.looked(conversation_id, Action.VIEW)
    collaboration.leave(look.conversation, named(look), by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/lead-requests")
def ask_lead(conversation_id: int) -> Response:
    """Ask for the lead, as a collaborator."""
    look = desk.looked(conversation_id, Action.ASK_LEAD)
    collaboration.ask_lead(look.conversation, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/lead")
def give_lead(conversation_id: int) -> Response | tuple[str, int]:
    """Give the lead to a collaborator; what goes up becomes an escalation."""
    look = desk.looked(conversation_id, Action.GIVE_LEAD)
    try:
        collaboration.give_lead(look.conversation, named(look), by=access.me(), now=utcnow())
    except EscalationNeeded as refusal:
        return escalations.instead(conversation_id, refusal)
    return desk.done(look)


def form(conversation_id: int) -> dict[str, Any]:
    """Return who may hold the conversation, and who is at it already."""
    look = desk.looked(conversation_id, Action.ADD_COLLABORATOR)
    team = around.read(access.me().id, look).team
    everybody = colleagues.of(look.conversation, now=utcnow())
    leads = {one.agent_id for one in team if one.leads}
    return {
        "look": look,
        "colleagues": [one for one in everybody if one.id not in leads],
        "present": {one.agent_id for one in team if not one.leads},
    }


def ids(field: str) -> set[int]:
    """Return the numbers that were sent under this name."""
    return {found for text in request.form.getlist(field) if (found := number(text))}


def named(look: Look) -> Agent:
    """Find the colleague whom the form names."""
    return escalations.agent_of(look, in_field(request.form, "agent", 0))
