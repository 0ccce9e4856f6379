"""Whether this process answers and reaches its database; nothing else is told."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from support.db import db
from support.models import Workspace
from support.views.identity import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def check() -> Response:
    """Answer 200 to a supervisor or a balancer, 503 while the database or the team is away.

    The demonstration's team is made by a worker on the first start: before that nobody
    could log in.
    """
    try:
        founded = db.session.scalar(select(Workspace.id)) is not None
    except SQLAlchemyError:
        return Response("no database", 503, mimetype="text/plain")
    if current_app.config["SETTINGS"].demo and not founded:
        return Response("not founded yet", 503, mimetype="text/plain")
    return Response("ok", mimetype="text/plain")
