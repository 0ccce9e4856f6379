"""Every no has its sentence: in the page's status region for htmx, on a page of its own else."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from support import htmx
from support.db import db
from support.refusals import (
    N_,
    DatabaseBusy,
    FileTooLarge,
    LoginEnded,
    NotAllowed,
    NotFound,
    Refusal,
    StaleForm,
    TooManyRequests,
)
from support.views.guards import is_foreign, may_be_large

DRAIN_LIMIT = 64 * 1024 * 1024
CHUNK = 1024 * 1024
NEVER_REPEATED = ("csrf_token", "password", "again", "current")


class NotUnderstood(Refusal):
    sentence = N_("The browser asked for something this desk does not understand.")
    status = 400


class WrongMethod(Refusal):
    sentence = N_("This address cannot be used in this way. Go back and use the page's buttons.")
    status = 405


class Broken(Refusal):
    sentence = N_("Something went wrong here, and it is not your fault. It was written to the log.")
    status = 500


BY_STATUS: dict[int, type[Refusal]] = {
    403: NotAllowed,
    404: NotFound,
    405: WrongMethod,
    429: TooManyRequests,
}


def init(app: Flask) -> None:
    """Answer what is refused, what is not there, and what broke."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, lambda _error: refused(StaleForm()))
    app.register_error_handler(OperationalError, database_failed)
    app.register_error_handler(HTTPException, by_status)


def refused(refusal: Refusal) -> Response:
    """Undo what was begun and say the sentence; a form's own text stays where it is."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
    if htmx.asks():
        body = render_template("_refusal.html", refusal=refusal)
        return htmx.fragment(body, refusal.status, target="#status", swap="innerHTML")
    page = render_template("errors/error.html", refusal=refusal, repeat=repeatable(refusal))
    return Response(page, refusal.status, mimetype="text/html")


def repeatable(refusal: Refusal) -> list[tuple[str, str]] | None:
    """Return the fields of a form that may be sent once more, so that nothing typed is lost.

    Only for a stale form of our own pages: another site's form is never repeated.
    """
    own = request.method == "POST" and not is_foreign()
    if not own or not isinstance(refusal, StaleForm | LoginEnded | DatabaseBusy):
        return None
    with suppress(RequestEntityTooLarge):  # what was too large to be read cannot be repeated
        return None if request.files else fields()
    return None


def fields() -> list[tuple[str, str]]:
    """Return what was typed, but for what is never shown again."""
    pairs = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if name not in NEVER_REPEATED]


def database_failed(error: OperationalError) -> Response:
    """A lock that did not come free in time is the desk's fault, and is over soon."""
    if "readonly" in str(error.orig):
        raise error  # a GET that wrote: a mistake of ours, not a busy database
    return refused(DatabaseBusy())


def by_status(error: HTTPException) -> Response:
    """Give what the framework refuses the look and the words of the house."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if error.code == 413:
        return refused(too_large())
    if error.code >= 500:
        return refused(Broken())
    return refused(BY_STATUS.get(error.code, NotUnderstood)())


def too_large() -> Refusal:
    """Say what is the most; of whom has no login nothing is read, he is asked for one."""
    if not may_be_large():
        return LoginEnded()
    drain()
    return FileTooLarge(limit=limit_mb())


def limit_mb() -> int:
    """Return the largest body this desk takes, in megabytes."""
    return (request.max_content_length or 0) // CHUNK - 1


def drain() -> None:
    """Read the rest of a body that is too large: a browser hears nothing while it still sends."""
    left = min(request.content_length or 0, DRAIN_LIMIT)
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(left, CHUNK))):
        left -= len(chunk)
