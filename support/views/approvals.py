"""A second pair of eyes: what colleagues want to send waits here for whoever may decide."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug import Response

from support import access, approvals, htmx
from support.access import Right
from support.db import commit, db, reading, utcnow
from support.models import Agent, Conversation, Project, RiskAttempt, RiskHit
from support.refusals import NotFound
from support.views import marked
from support.views.marked import Piece

blueprint = Blueprint("approvals", __name__, url_prefix="/risk/approvals")


@dataclass(frozen=True, slots=True)
class Asked:
    """One message that waits: what it says, who wants to send it, and to whom."""

    attempt: RiskAttempt
    case: Conversation
    pieces: list[Piece]
    hits: list[RiskHit]


@blueprint.get("")
def page() -> str:
    """List what waits for this agent's decision, the oldest first."""
    access.require_right(access.me(), Right.APPROVE)
    return render_template("approvals/approvals.html", waiting=waiting(access.me()))


@blueprint.post("/<int:attempt_id>/approval")
def approve(attempt_id: int) -> Response:
    """Let a colleague send it."""
    attempt = found(attempt_id)
    approvals.approve(attempt, by=access.me(), now=utcnow())
    return settled(_("Approved: it can be sent now."))


@blueprint.post("/<int:attempt_id>/rejection")
def reject(attempt_id: int) -> Response:
    """Do not let a colleague send it, and say why."""
    attempt = found(attempt_id)
    approvals.reject(attempt, by=access.me(), now=utcnow(), reason=request.form.get("reason", ""))
    return settled(_("Rejected: your colleague reads why."))


def waiting(agent: Agent) -> list[Asked]:
    """Return what the agent may decide now, with the conversations it belongs to."""
    now = utcnow()
    asked = approvals.waiting_for(agent)
    attempts = [one for one in asked if one.expires_at and one.expires_at > now]
    rows = (
        select(Conversation)
        .where(Conversation.id.in_({attempt.conversation_id for attempt in attempts}))
        .options(joinedload(Conversation.customer), joinedload(Conversation.project))
    )
    cases = {case.id: case for case in db.session.scalars(rows)}
    return [
        Asked(
            attempt,
            cases[attempt.conversation_id],
            marked.whole(attempt),
            marked.told_once(attempt.hits),
        )
        for attempt in attempts
        if attempt.conversation_id in cases
    ]


def found(attempt_id: int) -> RiskAttempt:
    """Find an attempt of a project in which the agent decides; any other is not there."""
    attempt = db.session.get(RiskAttempt, attempt_id)
    project = db.session.get(Project, attempt.project_id) if attempt else None
    if attempt is None or not access.has_right(access.me(), Right.APPROVE, project):
        raise NotFound
    return attempt


def settled(words: str) -> Response:
    """Commit, then answer with what waits still."""
    commit()
    if not htmx.asks():
        flash(words)
        return htmx.see("/risk/approvals")
    with reading():
        shown = {"waiting": waiting(access.me()), "said": words}
        return htmx.fragment(render_template("approvals/_answered.html", **shown))
