"""What the receiver of a handover does with it: accept it, or return it with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, escalation
from support.access import Action
from support.conversations import require_holder
from support.db import utcnow
from support.views import around, desk, forms

blueprint = Blueprint("acceptance", __name__, url_prefix="/conversations/<int:conversation_id>")


@blueprint.post("/acceptance")
def accept(conversation_id: int) -> Response:
    """Accept what was put on one's desk."""
    look = desk.looked(conversation_id, Action.ACCEPT)
    escalation.accept(look.conversation, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.get("/returns")
def page(conversation_id: int) -> str:
    """Ask why it is returned, on a page of its own."""
    return render_template("conversations/return.html", **form(conversation_id))


@blueprint.get("/returns/dialog")
def dialog(conversation_id: int) -> str:
    """Return the same form alone, for the dialog."""
    return render_template("conversations/_return.html", **form(conversation_id))


@blueprint.post("/returns")
@desk.once
@forms.kept(page)
def give_back(conversation_id: int) -> Response:
    """Return a conversation to whoever handed it over."""
    look = desk.looked(conversation_id, Action.RETURN)
    why = request.form.get("why", "")
    escalation.give_back(look.conversation, why=why, by=access.me(), now=utcnow())
    return desk.done(look)


def form(conversation_id: int) -> dict[str, Any]:
    """Return what the form shows: the conversation and what came with it."""
    look = desk.looked(conversation_id, Action.RETURN)
    require_holder(look.conversation, access.me())
    return {"look": look, "around": around.read(access.me().id, look)}
