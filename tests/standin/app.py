"""A web process as the supervisor sees one: a health page, a stream, a migration that can fail."""

import os
import threading

from flask import Flask


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/healthz", view_func=lambda: "well", endpoint="healthz")
    app.add_url_rule("/live", view_func=stream)
    app.cli.group("db")(db).command("upgrade")(upgrade)
    return app


def stream():
    return endless(), {"Content-Type": "text/event-stream"}


def endless():
    while True:
        yield ": beat\n\n"
        threading.Event().wait(1)


def db():
    """Take the place of Flask-Migrate's group of commands."""


def upgrade():
    raise SystemExit(os.environ.get("STANDIN_REFUSES"))
