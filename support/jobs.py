"""Jobs: load, call a verb, commit. Ids come in, never objects."""

from __future__ import annotations

from support import messages, pictures
from support.config import load
from support.db import commit, db, utcnow
from support.models import Attachment
from support.store import Store


def preview(attachment_id: int) -> None:
    """Draw a picture's preview, in a process of its own; one that is no picture gets none."""
    attachment = db.session.get(Attachment, attachment_id)
    if attachment is None or attachment.path is None or attachment.preview is not None:
        return
    store = Store(load().data)
    path = store.new_path()
    source = attachment.path
    # The drawing takes long: nobody waits for us on the database meanwhile.
    db.session.rollback()
    drawn = pictures.preview(store.full(source), store.full(path))
    if drawn is None:
        return
    attachment = db.session.get_one(Attachment, attachment_id, populate_existing=True)
    attachment.width, attachment.height = drawn.width, drawn.height
    messages.fetched(attachment, path=source, preview=path, now=attachment.fetched_at or utcnow())
    commit()
