"""Files of the thread: given out whole as downloads, shown only as previews we drew ourselves."""

from __future__ import annotations

from flask import Blueprint, send_file
from werkzeug import Response

from support import access, queue
from support.db import commit, db, reading
from support.models import Attachment
from support.refusals import NotFound
from support.views import sessions, thread, uploads, witness
from support.views.asked import one_line

SANDBOX = "default-src 'none'; sandbox"
HEADERS = {
    "Content-Security-Policy": SANDBOX,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}

blueprint = Blueprint("files", __name__, url_prefix="/files/<int:attachment_id>")


@blueprint.get("")
def whole(attachment_id: int) -> Response:
    """Give out a file as it was sent, to be saved and never to be run here."""
    found = _looked(attachment_id)
    return _given(found.path, "application/octet-stream", found.file_name or f"{found.kind}")


@blueprint.get("/preview")
def preview(attachment_id: int) -> Response:
    """Show the preview of a picture, which is our own drawing of it."""
    found = _looked(attachment_id)
    return _given(found.preview, "image/jpeg")


@blueprint.post("/fetch")
def fetch(attachment_id: int) -> Response:
    """Ask Telegram for a file that is not here yet."""
    agent = access.me()
    attachment = db.session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound
    message = access.find_message(agent, attachment.message_id)
    look = access.look(agent, message.conversation_id)
    queue.fetch(message.project_id, attachment.id)
    commit()
    with reading():
        witness.seen(look.conversation)
        return sessions.drawn(look, thread.only(agent, look, [message]))


def _looked(attachment_id: int) -> Attachment:
    found, conversation = access.find_attachment(access.me(), attachment_id)
    witness.seen(conversation)
    return found


def _given(path: str | None, mime: str, name: str = "") -> Response:
    file = uploads.store().full(path) if path else None
    if file is None or not file.is_file():
        raise NotFound
    response = send_file(
        file, mimetype=mime, as_attachment=bool(name), download_name=one_line(name) or None
    )
    response.headers.update(HEADERS)
    return response
