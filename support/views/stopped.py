"""A message that was stopped on its way out: what the agent is shown, and how he takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from babel.lists import format_list
from flask import Blueprint, render_template, request
from flask_babel import get_locale
from sqlalchemy import select
from werkzeug import Response

from support import access, approvals, htmx, risk
from support.access import Action, Look
from support.db import commit, db, utcnow
from support.models import Agent, RiskAttempt
from support.reasons import has_words
from support.refusals import AttemptSettled, ConfirmationWhyMissing, NotFound
from support.views import marked, seconding, sessions
from support.views.asked import in_field

blueprint = Blueprint("stopped", __name__, url_prefix="/conversations/<int:conversation_id>")
blueprint.add_app_template_filter(marked.kind_of)

CARRIED = ("client_key", "text", "reply_to")


@dataclass(frozen=True, slots=True)
class Stopped:
    """One stopped message: the attempt, where it would have gone, and what it said."""

    look: Look
    attempt: RiskAttempt
    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    files: Sequence[str] = ()
    repeated: bool = False

    @property
    def is_unseconded(self) -> bool:
        """Whether it was stopped for good because nobody could approve it."""
        stop = self.attempt.stop == "block"
        return stop and all(hit.action == "confirm" for hit in self.attempt.hits)

    @property
    def asked(self) -> str:
        """The names of those who were asked to approve it: any of them decides."""
        ids = risk.approvers(self.attempt.project_id, access.me().id)
        rows = select(Agent.name).where(Agent.id.in_(ids)).order_by(Agent.name)
        return format_list(list(db.session.scalars(rows)), style="or", locale=get_locale())

    @property
    def millis_left(self) -> int:
        """How long the answer counts, in milliseconds from now."""
        left = self.attempt.expires_at - utcnow() if self.attempt.expires_at else timedelta()
        return max(0, left // timedelta(milliseconds=1))


def reply(look: Look, attempt: RiskAttempt) -> Response:
    """Answer a stopped reply: with the dialog, or with a page from which it can be sent again."""
    fields = {name: request.form.get(name, "") for name in CARRIED}
    files = [file.filename for file in request.files.getlist("files") if file.filename]
    action = f"/conversations/{look.conversation.id}/messages"
    return _told(Stopped(look, attempt, action, fields, files, _is_repeated()))


def retry(look: Look, attempt: RiskAttempt, message_id: int) -> Response:
    """Answer a stopped second try of a failed message."""
    action = f"/conversations/{look.conversation.id}/messages/{message_id}/retry"
    return _told(Stopped(look, attempt, action, repeated=_is_repeated()))


def _is_repeated() -> bool:
    """Whether an answer was given already: too late, or for other words."""
    return bool(request.form.get("risk_token") or request.form.get("approved"))


def _told(stopped: Stopped) -> Response:
    shown = {"stopped": stopped, "places": marked.places(stopped.attempt)}
    if not htmx.asks():
        page = render_template("conversations/stopped.html", **shown)
        return Response(page, 409, mimetype="text/html")
    body = render_template("conversations/_stopped.html", **shown) + line(stopped.look)
    return htmx.fragment(body, 409, target="#dialog-body", swap="innerHTML")


def token(look: Look, *, again: int | None = None) -> str:
    """Return the token of an answer: the dialog's, or that of what a supervisor has approved.

    Whoever tries a failed message `again` (a message's number) need not say that it was.
    """
    number = in_field(request.form, "approved")
    given = request.form.get("risk_token", "")
    if number is None and again is not None and not given:
        number = seconding.approved(access.me(), look, again)
    if number is None:
        if given and not has_words(request.form.get("risk_reason", "")):
            raise ConfirmationWhyMissing
        return given
    attempt = own(look, number)
    with suppress(AttemptSettled):  # too late or used: it is asked about anew
        risk.renew(attempt, by=access.me(), now=utcnow())
    return attempt.token


@blueprint.get("/approval")
def approval(conversation_id: int) -> Response:
    """Draw the line over the composer anew: somebody has decided, or the time is over."""
    return htmx.fragment(line(sessions.looked(access.me(), conversation_id)))


@blueprint.post("/attempts/<int:attempt_id>/cancellation")
def cancel(conversation_id: int, attempt_id: int) -> Response:
    """Take a stopped message back: its words return to the composer."""
    agent, now = access.me(), utcnow()
    look = sessions.looked(agent, conversation_id)
    sessions.require(look, Action.REPLY)
    attempt = own(look, attempt_id)
    take_back = approvals.withdraw if attempt.stop == "approve" else risk.cancel
    take_back(attempt, by=agent, now=now)
    commit()
    return (
        htmx.fragment(line(look)) if htmx.asks() else htmx.see(f"/conversations/{conversation_id}")
    )


def own(look: Look, attempt_id: int) -> RiskAttempt:
    """Find one's own attempt in this conversation; a colleague's is not there."""
    attempt = db.session.get(RiskAttempt, attempt_id)
    mine = attempt is not None and attempt.agent_id == access.me().id
    if attempt is None or not mine or attempt.conversation_id != look.conversation.id:
        raise NotFound
    return attempt


def line(look: Look) -> str:
    """Draw the line over the composer, to replace the one on the page."""
    shown = seconding.approval(access.me(), look)
    return render_template("conversations/_approval.html", approval=shown, oob=True)
