"""Who holds a conversation: taken, put back, taken over, handed on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, conversations, live
from support import transfer as handing
from support.access import Action, Look
from support.conversations import require_holder
from support.db import commit, db, utcnow
from support.models import Agent
from support.refusals import NotFound
from support.views import colleagues, sessions
from support.views.asked import in_field

blueprint = Blueprint("desk", __name__, url_prefix="/conversations/<int:conversation_id>")


@blueprint.post("/assignment")
def take(conversation_id: int) -> Response:
    """Take a waiting conversation."""
    look = looked(conversation_id, Action.TAKE)
    conversations.take(look.conversation, by=access.me(), now=utcnow())
    return done(look)


@blueprint.delete("/assignment")
@blueprint.post("/release")
def release(conversation_id: int) -> Response:
    """Put a conversation back into the queue."""
    look = looked(conversation_id, Action.RESOLVE)
    conversations.release(look.conversation, by=access.me(), now=utcnow())
    return done(look)


@blueprint.post("/takeover")
def takeover(conversation_id: int) -> Response:
    """Take a conversation from a colleague, as a supervisor."""
    look = looked(conversation_id, Action.TAKEOVER)
    expected = in_field(request.form, "expected")
    handing.takeover(look.conversation, by=access.me(), expected=expected, now=utcnow())
    return done(look)


@blueprint.get("/transfers")
def transfers(conversation_id: int) -> str:
    """Show to whom the conversation can be handed."""
    return render_template("conversations/transfer.html", **choices(conversation_id))


@blueprint.get("/transfers/dialog")
def dialog(conversation_id: int) -> str:
    """Return the transfer form alone, for the dialog."""
    return render_template("conversations/_transfer.html", **choices(conversation_id))


@blueprint.post("/transfers")
def transfer(conversation_id: int) -> Response:
    """Hand a conversation to a colleague; the page that asked locks at once."""
    look = looked(conversation_id, Action.TRANSFER)
    note, to = request.form.get("note", ""), chosen(look)
    handing.transfer(look.conversation, to=to, by=access.me(), note=note, now=utcnow())
    return done(look)


def looked(conversation_id: int, action: Action) -> Look:
    """Look at a conversation to which the agent may do this."""
    look = sessions.looked(access.me(), conversation_id)
    sessions.require(look, action)
    return look


def choices(conversation_id: int) -> dict[str, Any]:
    """Return what the transfer form shows; an unfit conversation has none."""
    look = looked(conversation_id, Action.TRANSFER)
    require_holder(look.conversation, access.me())
    online = live.online(now=utcnow())
    return {
        "look": look,
        "colleagues": colleagues.of(look.conversation, but=access.me(), online=online),
    }


def chosen(look: Look) -> Agent:
    """Find the colleague who was chosen; whether he is fit is the verb's to say.

    Who has no place in the project is not there: a refusal would tell his name.
    """
    agent = db.session.get(Agent, in_field(request.form, "to", 0))
    if agent is None or access.role_in(agent, look.conversation.project_id) is None:
        raise NotFound
    return agent


def done(look: Look) -> Response:
    """Commit, then answer with what changed."""
    commit()
    return sessions.answered(access.me(), look)
