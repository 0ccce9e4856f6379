"""The door for the invited: a link opens once; used, revoked, expired and unknown look the same.

The secret stands in the address alone: not in a log, not in a referrer, not in a cache.
"""

from __future__ import annotations

import logging
import re

from flask import Blueprint, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug import Response

from support import htmx, invitations, passwords, projects
from support.db import db, reading, utcnow
from support.views.forms import kept
from support.views.identity import let_in, public
from support.views.throttle import throttled

blueprint = Blueprint("join", __name__, url_prefix="/join")

ADDRESS = "30 per 5 minutes"
SECRET = re.compile(r"/join/[^\s?\]]+")


class Silent(logging.Filter):
    """Takes the secrets out of the addresses that the web writes into its log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a line with such an address; every line is written."""
        said = record.getMessage()
        if "/join/" in said:
            record.msg, record.args = SECRET.sub("/join/…", said), ()
        return True


@blueprint.record_once
def silence(state: BlueprintSetupState) -> None:
    """Write no secret when something breaks here."""
    state.app.logger.addFilter(Silent())


@blueprint.after_request
def no_referrer(response: Response) -> Response:
    """Tell nobody the path, not even the proxy in front by the referrer of a style sheet.

    The origin alone stays, by which a form over TLS proves that it is ours.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@blueprint.get("/<secret>")
@public
@throttled((ADDRESS, None))
def form(secret: str) -> str:
    """Ask the invited person for a name and a password."""
    return page(secret)


def page(secret: str) -> str:
    """Draw the form of an open invitation, else refuse."""
    invitation = invitations.find(secret, now=utcnow())
    row = projects.workspace()
    return render_template(
        "invitations/join.html", email=invitation.email, workspace=row.name if row else ""
    )


@blueprint.post("/<secret>")
@public
@kept(page)
@throttled((ADDRESS, None))
def join(secret: str) -> Response:
    """Let the invited person in; the password is hashed for an open link alone, under no lock."""
    with reading():
        invitations.find(secret, now=utcnow())
    hashed = passwords.hashed(request.form.get("password", ""))
    agent = invitations.accept(
        secret, name=request.form.get("name", ""), password_hash=hashed, now=utcnow()
    )
    db.session.flush()
    let_in(agent)
    return htmx.see("/")
