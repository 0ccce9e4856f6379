"""The board of who supervises: what is due, what waits, who is here, what was broken today."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from support import access, notices
from support.access import Right
from support.db import utcnow
from support.refusals import NotFound
from support.sla import countdown
from support.views import standings
from support.views.asked import in_field

blueprint = Blueprint("board", __name__)


@blueprint.get("/board")
def page() -> str:
    """Show how the projects stand that the agent may watch, or one of them."""
    agent = access.me()
    access.require_right(agent, Right.BOARD)
    places = standings.watched(agent)
    chosen = in_field(request.args, "project")
    shown = [place for place in places if chosen in (None, place.id)]
    if not shown:
        raise NotFound
    board = standings.read(shown, now=utcnow())
    return render_template(
        "board/board.html",
        board=board,
        places=places,
        chosen=chosen,
        WHAT=countdown.NAMES,
        MOST_QUEUES=standings.MOST_QUEUES,
        MOST_SEATS=standings.MOST_SEATS,
        due_words=due_words,
    )


def due_words(metric: str, due: datetime, now: datetime) -> str:
    """Say when a clock is due, for a page whose own clock does not count."""
    if due <= now:
        return _(notices.LATE[metric])
    left, count = notices.left(due - now)
    return _(notices.DUE[metric], left=_(left, **count))
