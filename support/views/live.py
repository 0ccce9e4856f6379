"""The live stream: `ready` first, then pokes by name; ids only, filtered for who listens."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from support import access, logins, presence
from support.db import db, reading, utcnow
from support.live import Poke
from support.models import Agent, Login
from support.stream import DEAF_SECONDS, Stream, broker

HEARTBEAT = 15.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

blueprint = Blueprint("live", __name__)


@blueprint.get("/live")
def stream() -> Response:
    """Keep telling this browser what changed; 503 when the desk has no place left."""
    if request.method == "HEAD":
        return Response(mimetype="text/event-stream", headers=HEADERS)  # nobody would hear it end
    agent = access.me()
    socket = request.environ.get("gunicorn.socket")
    opened = broker.open(access.listener(agent), access.my_login().id, socket)
    if opened is None:
        return Response("No place for another live page here.\n", 503, mimetype="text/plain")
    presence.seen(agent.id, now=utcnow())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return Response(told(app, opened), mimetype="text/event-stream", headers=HEADERS)


def told(app: Flask, stream: Stream) -> Iterator[str]:
    """Write the stream until the browser hangs up, the login ends, or it falls behind."""
    beat = time.monotonic() + HEARTBEAT
    try:
        yield event("ready")
        while not stream.closed.is_set():
            poke = stream.wait(min(beat - time.monotonic(), pause()))
            if is_due(poke, beat) and not still_in(app, stream):
                return
            if poke is not None and stream.ear.hears(poke) | (poke.names == ("ready",)):
                yield "".join(event(name, poke.data) for name in poke.names if name != "logins")
            if time.monotonic() >= beat:
                beat = time.monotonic() + HEARTBEAT
                presence.seen(stream.ear.agent_id, now=utcnow())
                yield event("beat")
    finally:
        broker.drop(stream)


def pause() -> float:
    """Return how long a stream may sleep: not long while nothing could wake it."""
    return DEAF_SECONDS if broker.deaf else HEARTBEAT


def is_due(poke: Poke | None, beat: float) -> bool:
    """Whether the login must be looked at: by the clock, or because it or its rights changed.

    Only a poke about an agent himself carries no project.
    """
    if poke is None:
        return broker.deaf or time.monotonic() >= beat
    return poke.project is None and poke.names != ("ready",)


def still_in(app: Flask, stream: Stream) -> bool:
    """Read the login and its agent's roles anew; False when he is shut out."""
    with app.app_context(), reading():
        login = db.session.scalar(
            select(Login)
            .where(Login.id == stream.login_id)
            .options(joinedload(Login.agent).selectinload(Agent.memberships))
        )
        if login is None or not logins.is_running(login, now=utcnow()):
            return False
        stream.ear = access.listener(login.agent)
        return True


def event(name: str, data: str = "") -> str:
    """Write one event; without words of its own it carries the server's clock."""
    words = " ".join((data or str(int(time.time() * 1000))).splitlines())
    return f"event: {name}\ndata: {words}\n\n"
