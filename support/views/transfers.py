"""Hand a conversation to a colleague or a group; a move upward becomes an escalation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access
from support import transfer as handing
from support.access import Action, Look
from support.conversations import require_holder
from support.db import utcnow
from support.models import Agent, Group
from support.refusals import EscalationNeeded, TargetMissing
from support.views import colleagues, desk, escalations, forms
from support.views.asked import in_field, number

blueprint = Blueprint("transfers", __name__, url_prefix="/conversations/<int:conversation_id>")

GROUP = "group-"


@blueprint.get("/transfers")
def page(conversation_id: int) -> str:
    """Show to whom the conversation can be handed."""
    return render_template("conversations/transfer.html", **form(conversation_id))


@blueprint.get("/transfers/dialog")
def dialog(conversation_id: int) -> str:
    """Return the transfer form alone, for the dialog."""
    return render_template("conversations/_transfer.html", **form(conversation_id))


@blueprint.post("/transfers")
@desk.once
@forms.kept(page)
def send(conversation_id: int) -> Response | tuple[str, int]:
    """Hand a conversation over; the page that asked locks at once."""
    look = desk.looked(conversation_id, Action.TRANSFER)
    note = request.form.get("note", "")
    try:
        to = chosen(look, request.form)
        handing.transfer(look.conversation, to=to, by=access.me(), note=note, now=utcnow())
    except EscalationNeeded as refusal:
        return escalations.instead(conversation_id, refusal, background=note)
    return desk.done(look)


def form(conversation_id: int) -> dict[str, Any]:
    """Return what the transfer form shows; an unfit conversation has none."""
    look = desk.looked(conversation_id, Action.TRANSFER)
    require_holder(look.conversation, access.me())
    targets = colleagues.choices(look.conversation, but=access.me(), now=utcnow())
    return {"look": look, "choices": targets}


def chosen(look: Look, fields: Mapping[str, str]) -> Agent | Group:
    """Find who was chosen; whether he is fit is the verb's to say."""
    to = fields.get("to", "")
    if not to:
        raise TargetMissing
    if to.startswith(GROUP):
        return escalations.group_of(look, number(to.removeprefix(GROUP)) or 0)
    return escalations.agent_of(look, in_field(fields, "to", 0))
