"""Said to the customer, or among colleagues: replies, their second tries, and private notes."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug import Response

from support import access, messages, notes
from support.access import Action, Look
from support.db import commit, reading, utcnow
from support.models import Message, Note, RiskAttempt
from support.refusals import NotFound
from support.views import sessions, stopped, thread, uploads, warming
from support.views.asked import in_field
from support.views.lines import Line
from support.views.thread import Item

blueprint = Blueprint("replies", __name__, url_prefix="/conversations/<int:conversation_id>")

KEY_LIMIT = 64


@blueprint.post("/messages")
def reply(conversation_id: int) -> Response:
    """Send a reply; the same click twice sends it once."""
    agent = access.me()
    look = sessions.looked(agent, conversation_id)
    sessions.require(look, Action.REPLY)
    if request.files:
        commit()  # the look-up above holds the write lock; files are slow and must not
    warming.follow(look.conversation.project)
    with uploads.stored(request.files.getlist("files")) as files:
        written = messages.reply(
            look.conversation,
            request.form.get("text", ""),
            by=agent,
            now=utcnow(),
            client_key=client_key(),
            reply_to=in_field(request.form, "reply_to"),
            uploads=files,
            drafted=request.form.get("drafted"),
            token=stopped.token(look),
            reason=request.form.get("risk_reason", ""),
        )
        commit()
        if isinstance(written, RiskAttempt):
            uploads.forget(files)
    with reading():
        if isinstance(written, RiskAttempt):
            return stopped.reply(look, written)
        return sessions.drawn(look, thread.only(agent, look, written), also=_line(look))


def _line(look: Look) -> str:
    """What was approved is sent: nothing stands over the composer any more."""
    return stopped.line(look) if "approved" in request.form else ""


@blueprint.post("/notes")
def note(conversation_id: int) -> Response:
    """Write a private note."""
    agent = access.me()
    look = sessions.looked(agent, conversation_id)
    sessions.require(look, Action.NOTE)
    text = request.form.get("text", "")
    written = notes.write(
        look.conversation,
        text,
        by=agent,
        now=utcnow(),
        client_key=client_key(),
        drafted=request.form.get("drafted"),
    )
    commit()
    return sessions.drawn(look, [drawn_note(written, agent.name)])


@blueprint.post("/messages/<int:message_id>/retry")
def retry(conversation_id: int, message_id: int) -> Response:
    """Try a failed message once more."""
    message = own_message(conversation_id, message_id)
    look = sessions.looked(access.me(), conversation_id)
    token, reason = stopped.token(look, again=message_id), request.form.get("risk_reason", "")
    attempt = messages.retry(message, by=access.me(), now=utcnow(), token=token, reason=reason)
    if attempt is None:
        return settled(conversation_id, message)
    commit()
    with reading():
        return stopped.retry(look, attempt, message.id)


@blueprint.post("/messages/<int:message_id>/discard")
def discard(conversation_id: int, message_id: int) -> Response:
    """Throw a failed message away."""
    message = own_message(conversation_id, message_id)
    messages.discard(message, by=access.me(), now=utcnow())
    return settled(conversation_id, message)


def own_message(conversation_id: int, message_id: int) -> Message:
    """Find a message that the agent may act on: of this conversation, and his to answer."""
    sessions.require(sessions.looked(access.me(), conversation_id), Action.REPLY)
    message = access.find_message(access.me(), message_id)
    if message.conversation_id != conversation_id:
        raise NotFound
    return message


def settled(conversation_id: int, message: Message) -> Response:
    """Commit and answer with the message as it is now."""
    commit()
    agent = access.me()
    with reading():
        look = sessions.looked(agent, conversation_id)
        return sessions.drawn(look, thread.only(agent, look, [message]), also=_line(look))


def client_key() -> str:
    """Return the key of this click; a form without one is a click of its own."""
    return request.form.get("client_key", "")[:KEY_LIMIT] or uploads.fresh_key()


def drawn_note(note: Note, name: str) -> Item:
    """Make the line of a note that was just written."""
    line = Line(
        "note",
        note.id,
        note.seq,
        note.created_at,
        note.conversation_id,
        note.agent_id,
        name,
        note.text,
        client_key=note.client_key,
        mentions="\n".join(notes.names_in(note)),
    )
    return Item("note", f"note-{note.id}", note.created_at, note.seq, note.seq, line.who, line)
