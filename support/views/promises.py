"""Every clock of a conversation, on one click; and the waiver of one that was broken."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug import Response

from support import access, htmx, promises
from support.access import Action, Look
from support.db import commit, db, reading, utcnow
from support.models import Handover, SlaClock
from support.refusals import NotFound
from support.sla import accounts, waivers
from support.sla.accounts import Account, Horizon
from support.views import explained, sessions
from support.views.forms import kept
from support.views.timeline import METRICS, TIERS

blueprint = Blueprint("promises", __name__, url_prefix="/conversations/<int:conversation_id>")
blueprint.add_app_template_filter(explained.exact)
blueprint.add_app_template_filter(explained.verdict)


@blueprint.app_template_filter()
def metric(word: str) -> str:
    """Name what is promised."""
    return _(METRICS[word])


@blueprint.app_template_filter()
def tier(word: str) -> str:
    """Name a tier."""
    return _(TIERS[word])


@blueprint.get("/clocks")
def page(conversation_id: int) -> str:
    """Show every clock as a page of its own."""
    return render_template("promises/clocks.html", **shown(conversation_id))


@blueprint.get("/clocks/dialog")
def dialog(conversation_id: int) -> str:
    """Return the same for the dialog."""
    return render_template("promises/_clocks.html", **shown(conversation_id))


def shown(conversation_id: int) -> dict[str, Any]:
    """Return the clocks as far as this agent sees the conversation."""
    look = sessions.looked(access.me(), conversation_id)
    case, until = look.conversation, look.until
    horizon = Horizon(until, look.last_seq or 0) if until else None
    found = accounts.of(case.id, now=utcnow(), horizon=horizon)
    moves = handovers(case.id)
    return {
        "look": look,
        "case": case,
        "clocks": [(one, explained.lines(one, moves), waivable(one, look)) for one in found],
    }


def handovers(conversation_id: int) -> dict[int, Handover]:
    """Return the moves of a conversation, one of which may have begun a clock."""
    rows = select(Handover).where(Handover.conversation_id == conversation_id)
    return {move.id: move for move in db.session.scalars(rows)}


def waivable(one: Account, look: Look) -> str:
    """Say whether its waiver is offered: `yes`, `own` to who held it himself, else nothing."""
    if Action.WAIVE not in look.actions or one.verdict != "breached" or one.waiver:
        return ""
    return "own" if waivers.is_own(one.clock, access.me()) else "yes"


def alone(conversation_id: int, clock_id: int) -> str:
    """Draw the page of the clocks again, for a waiver that was refused."""
    del clock_id
    return page(conversation_id)


@blueprint.post("/clocks/<int:clock_id>/waiver")
@kept(alone)
def waive(conversation_id: int, clock_id: int) -> Response:
    """Waive a broken promise; the panel is drawn again with the waiver beside it."""
    look = sessions.looked(access.me(), conversation_id)
    sessions.require(look, Action.WAIVE)
    clock = db.session.get(SlaClock, clock_id)
    if clock is None or clock.conversation_id != conversation_id:
        raise NotFound
    reason = request.form.get("reason", "")
    promises.waive(look.conversation, clock, reason, by=access.me(), now=utcnow())
    commit()
    if not htmx.asks():
        return htmx.see(url_for("promises.page", conversation_id=conversation_id))
    with reading():
        return htmx.fragment(dialog(conversation_id))
