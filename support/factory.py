"""The application factory: everything is built here and nothing at import."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from support import config, pings
from support.db import by_method, db, migrate, part_readers
from support.live import wire

BODY_MARGIN = 1024 * 1024


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application from its settings, which default to the environment's."""
    settings = settings or config.load()
    app = build(settings)
    from support import cli, views  # noqa: PLC0415 - workers build without the web's weight

    views.init(app)
    cli.init(app)
    return app


def build(settings: config.Settings) -> Flask:
    """Build what web, workers and commands share: configuration, database, wire."""
    app = Flask("support", root_path=str(config.ROOT / "support"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=database_url(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024 + BODY_MARGIN,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_NAME="switchboard",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
    )
    app.wsgi_app = by_method(behind(settings.proxy_hops, app.wsgi_app))
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        part_readers(db.engine, **app.config["SQLALCHEMY_ENGINE_OPTIONS"])
        pings.watch(db.engine)
    wire.bind(settings.redis_url)
    return app


def behind(hops: int, wsgi: Any) -> Any:
    """Believe the address and scheme that our own proxies report, and nobody else's."""
    return ProxyFix(wsgi, x_for=hops, x_proto=hops, x_host=hops) if hops else wsgi


def database_url(url: str) -> str:
    """Name the driver we ship, whatever spelling of PostgreSQL the operator uses."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str) -> dict[str, object]:
    """Size the pool: SQLite has one writer; PostgreSQL has 100 connections for everyone."""
    if url.startswith("sqlite"):
        return {"pool_size": 20, "max_overflow": 44, "pool_timeout": 20}
    # The last one used is used again: it has the statements prepared.
    return {"pool_size": 5, "max_overflow": 10, "pool_timeout": 20, "pool_use_lifo": True}
