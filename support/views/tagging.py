"""Tags put on a conversation and taken off it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, tags
from support.access import Action
from support.db import db, utcnow
from support.models import Tag
from support.refusals import NotFound
from support.views import desk
from support.views.asked import number

blueprint = Blueprint("tagging", __name__, url_prefix="/conversations/<int:conversation_id>/tags")


@blueprint.get("")
def page(conversation_id: int) -> str:
    """Show the project's tags, those that the conversation wears ticked."""
    return render_template("conversations/tags.html", **choices(conversation_id))


@blueprint.get("/dialog")
def dialog(conversation_id: int) -> str:
    """Return the same for the dialog."""
    return render_template("conversations/_tagging.html", **choices(conversation_id))


def choices(conversation_id: int) -> dict[str, Any]:
    """Return the tags of the project, and those that are worn though they are off its list."""
    look = desk.looked(conversation_id, Action.TAG)
    worn = {tagging.tag_id: tagging.tag for tagging in tags.of(look.conversation)}
    listed = tags.listed(look.conversation.project)
    gone = [tag for tag in worn.values() if tag.removed_at is not None]
    return {"look": look, "case": look.conversation, "tags": [*listed, *gone], "worn": worn}


@blueprint.post("")
def change(conversation_id: int) -> Response:
    """Put on what was ticked and take off what was cleared since the form was drawn.

    What a colleague has put on or taken off meanwhile stays as he left it.
    """
    look, now = desk.looked(conversation_id, Action.TAG), utcnow()
    had, has = ticked("had"), ticked("tag")
    for tag_id in sorted(has - had):
        tags.put(look.conversation, found(tag_id, look), by=access.me(), now=now)
    for tag_id in sorted(had - has):
        tags.take_off(look.conversation, found(tag_id, look), by=access.me(), now=now)
    return desk.done(look)


@blueprint.post("/<int:tag_id>/removal")
def take_off(conversation_id: int, tag_id: int) -> Response:
    """Take one tag off."""
    look = desk.looked(conversation_id, Action.TAG)
    tags.take_off(look.conversation, found(tag_id, look), by=access.me(), now=utcnow())
    return desk.done(look)


def ticked(field: str) -> set[int]:
    """Return the numbers in the boxes of this name."""
    return {found for text in request.form.getlist(field) if (found := number(text)) is not None}


def found(tag_id: int, look: access.Look) -> Tag:
    """Find a tag of the conversation's project; another project's is not there."""
    tag = db.session.get(Tag, tag_id)
    if tag is None or tag.project_id != look.conversation.project_id:
        raise NotFound
    return tag
