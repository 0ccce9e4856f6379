"""Whether this process answers and reaches its database; nothing else is told."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from support.db import db
from support.views.identity import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def check() -> Response:
    """Answer 200 to a supervisor or a balancer, 503 when the database is away."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("no database", 503, mimetype="text/plain")
    return Response("ok", mimetype="text/plain")
