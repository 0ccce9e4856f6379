"""Parked, answered without words, resolved, and a click on "resolve" taken back."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, htmx, status
from support.access import Action
from support.db import commit, reading, utcnow
from support.views import desk, filters, rests
from support.views.forms import kept
from support.views.rows import Chosen

blueprint = Blueprint("status", __name__, url_prefix="/conversations/<int:conversation_id>")


@blueprint.app_template_filter()
def millis_left(due: datetime) -> int:
    """Return how many milliseconds are left until an instant."""
    return max(0, int((due - utcnow()).total_seconds() * 1000))


@blueprint.app_template_filter()
def rests_in(zone: str) -> dict[str, datetime]:
    """Return until when a conversation of this zone can be snoozed by a word."""
    return rests.choices(zone, now=utcnow())


@blueprint.get("/parking")
def page(conversation_id: int) -> str:
    """Ask until when, and say what else can be done, for browsers without scripts."""
    look = desk.looked(conversation_id, Action.PARK)
    return render_template("conversations/parking.html", look=look, case=look.conversation)


@blueprint.post("/snooze")
@kept(page)
def snooze(conversation_id: int) -> Response:
    """Park a conversation until a time."""
    look, now = desk.looked(conversation_id, Action.PARK), utcnow()
    word, own = (request.form.get(name, "") for name in ("choice", "until"))
    until = rests.chosen(word, own, look.conversation.project.timezone, now=now)
    status.snooze(look.conversation, until=until, by=access.me(), now=now)
    return desk.done(look)


@blueprint.post("/waiting")
def wait(conversation_id: int) -> Response:
    """Park a conversation until the customer writes."""
    look = desk.looked(conversation_id, Action.PARK)
    status.wait(look.conversation, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/resumption")
def resume(conversation_id: int) -> Response:
    """Take a parked conversation up again."""
    look = desk.looked(conversation_id, Action.PARK)
    status.resume(look.conversation, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/no-reply")
@kept(page)
def no_reply(conversation_id: int) -> Response:
    """Say that what the customer wrote last needs no reply."""
    look = desk.looked(conversation_id, Action.PARK)
    status.no_reply_needed(look.conversation, by=access.me(), now=utcnow())
    return desk.done(look)


@blueprint.post("/resolution")
def resolve(conversation_id: int) -> Response:
    """Ask for the end of the case; for five seconds the page offers to undo it."""
    look = desk.looked(conversation_id, Action.RESOLVE)
    status.resolve(look.conversation, by=access.me(), now=utcnow())
    return clicked(conversation_id)


@blueprint.delete("/resolution")
@blueprint.post("/resolution/undo")
def undo(conversation_id: int) -> Response:
    """Take back a click on "resolve"."""
    look = desk.looked(conversation_id, Action.RESOLVE)
    status.undo(look.conversation, by=access.me(), now=utcnow())
    return clicked(conversation_id)


def clicked(conversation_id: int) -> Response:
    """Commit, then answer with what can be undone; what is drawn of the case comes live."""
    commit()
    if not htmx.asks():
        return htmx.see(f"/conversations/{conversation_id}")
    with reading():
        known = filters.now(access.me(), Chosen())
        body = render_template("inbox/_undo.html", inbox={"known": known}, oob=True)
        return htmx.fragment(body)
