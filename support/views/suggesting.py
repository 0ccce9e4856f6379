"""Suggestions taken or dismissed: what the customer's words point to is an agent's to decide."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, escalation, suggestions
from support.access import Action, Look
from support.db import db, utcnow
from support.models import Suggestion
from support.refusals import NotFound
from support.views import desk
from support.views.forms import kept
from support.views.standing import QUOTED

PREFIX = "/conversations/<int:conversation_id>/suggestions/<int:suggestion_id>"

blueprint = Blueprint("suggesting", __name__, url_prefix=PREFIX)


@blueprint.get("")
def page(conversation_id: int, suggestion_id: int) -> str:
    """Show one suggestion and ask why it does not fit, for browsers without scripts."""
    look = desk.looked(conversation_id, Action.DISMISS)
    suggestion = found(look, suggestion_id)
    return render_template(
        "conversations/suggestion.html", case=look.conversation, look=look, suggestion=suggestion
    )


@blueprint.post("/dismissal")
@kept(page)
def dismiss(conversation_id: int, suggestion_id: int) -> Response:
    """Set a suggestion aside, and say why."""
    look = desk.looked(conversation_id, Action.DISMISS)
    why = request.form.get("why", "")
    suggestions.dismiss(found(look, suggestion_id), why=why, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/urgency")
def mark_urgent(conversation_id: int, suggestion_id: int) -> Response:
    """Take a suggestion: the conversation is urgent."""
    look, now = desk.looked(conversation_id, Action.DISMISS), utcnow()
    suggestion = found(look, suggestion_id)
    phrase = suggestion.message.text[:QUOTED]
    escalation.raise_tier(look.conversation, "urgent", by=access.me(), now=now, phrase=phrase)
    suggestions.take(suggestion, by=access.me(), now=now)
    return desk.done(look)


def found(look: Look, suggestion_id: int) -> Suggestion:
    """Find a suggestion of this conversation."""
    suggestion = db.session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.conversation_id != look.conversation.id:
        raise NotFound
    return suggestion
