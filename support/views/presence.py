"""Being here or away: the switch of each agent, and what the pages say of it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug import Response

from support import access, htmx, presence
from support.db import commit, db, utcnow
from support.models import Agent, Event, EventKind
from support.refusals import BadChoice
from support.views.identity import landing, wanted

blueprint = Blueprint("presence", __name__, url_prefix="/presence")


@blueprint.get("")
def mine() -> str:
    """Draw what an open page says of the reader's own presence, once it has changed."""
    return render_template("presence/_mine.html")


@blueprint.post("")
def change() -> Response:
    """Set oneself away, or come back; one stays on the page where one said so."""
    me, state = access.me(), request.form.get("state", "")
    if state == "away":
        presence.set_away(me, by=me, now=utcnow())
    elif state == "online":
        presence.come_back(me, by=me, now=utcnow())
    else:
        raise BadChoice(value=state)
    commit()
    flash(_("You are away: nothing new is given to you.") if me.away_at else _("You are back."))
    return htmx.see(landing())


@blueprint.app_template_global()
def came_from() -> str:
    """Return the page to stay on: of a fragment the one that asked for it."""
    return wanted() or "/" if request.method == "GET" else "/"


@blueprint.app_template_global()
def away_because() -> str:
    """Say why the reader is away: by his own hand, or because the desk set him so."""
    if set_by_desk(access.me()):
        return _(
            "The desk set you away: a conversation handed to you was not accepted in time. "
            "Nothing new is given to you."
        )
    return _("You are away: nothing new is given to you.")


def set_by_desk(agent: Agent) -> bool:
    """Whether nobody's hand set this agent away."""
    rows = select(Event).where(Event.kind == EventKind.AGENT_AWAY, Event.at == agent.away_at)
    deeds = [deed for deed in db.session.scalars(rows) if deed.data.get("agent") == agent.id]
    return bool(deeds) and deeds[-1].by_id is None


@blueprint.app_template_global()
def states_of(agents: list[Agent]) -> dict[int, str]:
    """Return online, away or offline for each of these agents."""
    return presence.states(agents, now=utcnow())
