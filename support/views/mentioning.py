"""Whom a note can name: the colleagues who see the conversation."""

from __future__ import annotations

from flask import Blueprint, render_template

from support import access, notes
from support.access import Action
from support.views import desk

blueprint = Blueprint(
    "mentioning", __name__, url_prefix="/conversations/<int:conversation_id>/mentions"
)


@blueprint.get("")
def page(conversation_id: int) -> str:
    """Return the colleagues by name, as choices for the note that is being written."""
    look = desk.looked(conversation_id, Action.NOTE)
    team = [one for one in notes.team(look.conversation) if one[0] != access.me().id]
    team.sort(key=lambda one: one[1].casefold())
    return render_template("conversations/_mentions.html", team=team)
