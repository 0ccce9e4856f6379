"""Small deeds of an open page: what is typed, kept as a draft, and read."""

from __future__ import annotations

from flask import Blueprint, request

from support import access, drafts, typing, unread
from support.access import Action
from support.db import commit, utcnow
from support.refusals import NotFound
from support.views import sessions
from support.views.asked import in_field

blueprint = Blueprint("attention", __name__, url_prefix="/conversations/<int:conversation_id>")

MODES = ("reply", "note")
# The page was opened, or closed: told like typing, so that two at one conversation know it.
ATTENDS = ("here", "left")


@blueprint.post("/drafts")
def draft(conversation_id: int) -> tuple[str, int]:
    """Keep what is typed and not sent; also for who has just lost the conversation."""
    look = access.look(access.me(), conversation_id)
    text = request.form.get("text", "")
    drafts.save(look.conversation, text, mode=mode(), by=access.me(), now=utcnow())
    commit()
    return "", 204


@blueprint.post("/typing")
def types(conversation_id: int) -> tuple[str, int]:
    """Tell colleagues, and the customer of a reply, that somebody is typing or has come."""
    look = access.look(access.me(), conversation_id)
    what = mode((*MODES, *ATTENDS))
    wanted = Action.REPLY if what == "reply" else Action.NOTE
    sessions.require(look, wanted)
    if wanted in look.actions:
        typing.agent_types(look.conversation, mode=what, by=access.me())
        commit()
    return "", 204


@blueprint.post("/reading")
def read(conversation_id: int) -> tuple[str, int]:
    """Note how far the holder has read; from anybody else it changes nothing."""
    look = access.look(access.me(), conversation_id)
    sessions.require(look, Action.VIEW)
    upto = min(in_field(request.form, "upto", 0), look.cursor)
    unread.mark_read(look.conversation, by=access.me(), upto=upto)
    commit()
    return "", 204


def mode(known: tuple[str, ...] = MODES) -> str:
    """Return for whom the text is: the customer, or colleagues; or that somebody came or left."""
    chosen = request.form.get("mode", "")
    if chosen not in known:
        raise NotFound
    return chosen
