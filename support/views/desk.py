"""Who holds a conversation: taken, put back, taken over; and how a deed is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from werkzeug import Response

from support import access, conversations, htmx
from support import transfer as handing
from support.access import Action, Look
from support.db import commit, db, reading, utcnow
from support.models import Handover
from support.refusals import NobodyHolds, NotAssignee, NotFound
from support.views import sessions
from support.views.asked import in_field

blueprint = Blueprint("desk", __name__, url_prefix="/conversations/<int:conversation_id>")

SAME_CLICK = timedelta(seconds=10)
View = Callable[[int], Any]


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


def looked(conversation_id: int, action: Action) -> Look:
    """Look at a conversation to which the agent may do this."""
    look = sessions.looked(access.me(), conversation_id)
    sessions.require(look, action)
    return look


def done(look: Look) -> Response:
    """Commit, then answer with what changed; with an emptied pane where nothing is left to see."""
    commit()
    try:
        return sessions.answered(access.me(), look)
    except NotFound as refusal:
        if not htmx.asks():
            return htmx.see("/")
        body = render_template("conversations/_gone.html", refusal=refusal)
        return htmx.fragment(body, target="#session", swap="innerHTML")


def once(view: View) -> View:
    """Answer the second of two clicks like the first: the conversation has moved, once."""

    @wraps(view)
    def call(conversation_id: int) -> Any:
        try:
            return view(conversation_id)
        except (NotAssignee, NobodyHolds, NotFound):
            db.session.rollback()
            if not _has_just_moved(conversation_id, since=utcnow() - SAME_CLICK):
                raise
            return _moved(conversation_id)

    return call


def _has_just_moved(conversation_id: int, *, since: datetime) -> bool:
    """Whether the last move of this conversation is this agent's own, of a moment ago."""
    rows = select(Handover).where(Handover.conversation_id == conversation_id)
    last = db.session.scalar(rows.order_by(Handover.id.desc()).limit(1))
    return last is not None and last.by_id == access.me().id and last.asked_at >= since


def _moved(conversation_id: int) -> Response:
    with reading():
        try:
            return done(sessions.looked(access.me(), conversation_id))
        except NotFound:
            return htmx.see("/")
