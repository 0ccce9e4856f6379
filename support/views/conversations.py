"""The session page: a customer's thread, the composer, and what is known of the customer."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, htmx
from support.refusals import NotFound
from support.views import inbox, sessions, thread
from support.views.asked import in_field

blueprint = Blueprint("conversations", __name__, url_prefix="/conversations")


@blueprint.get("/<int:conversation_id>")
def page(conversation_id: int) -> str:
    """Show the list with this conversation opened beside it."""
    session = sessions.opened(access.me(), conversation_id)
    return render_template(
        "conversations/conversation.html",
        session=session,
        inbox=inbox.listed(opened=conversation_id),
    )


@blueprint.get("/<int:conversation_id>/session")
def session(conversation_id: int) -> str:
    """Return the session pane alone, for moving from row to row."""
    return render_template(
        "conversations/_session.html",
        session=sessions.opened(access.me(), conversation_id),
        chosen=inbox.chosen(),
    )


@blueprint.get("/<int:conversation_id>/messages")
def messages(conversation_id: int) -> Response:
    """Return what changed after a number, or the stretch before one.

    Who may see nothing of the conversation any more gets an emptied pane.
    """
    try:
        return _stretch(conversation_id)
    except NotFound as refusal:
        body = render_template("conversations/_gone.html", refusal=refusal)
        return htmx.fragment(body, refusal.status, target="#session", swap="innerHTML")


def _stretch(conversation_id: int) -> Response:
    agent, asked = access.me(), request.args
    if (before := in_field(asked, "before")) is not None:
        look = sessions.looked(agent, conversation_id)
        older = thread.window(agent, look, before=before)
        body = render_template("conversations/_older.html", look=look, thread=older)
        return htmx.fragment(body)
    after, since = in_field(asked, "after", 0), in_field(asked, "since", 0)
    return sessions.changed(agent, conversation_id, after=after, since=since)
