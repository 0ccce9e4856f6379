"""What stands before every page: the body first, then where a request comes from; and headers."""

from __future__ import annotations

import time

from flask import (
    Flask,
    Response,
    current_app,
    request,
    session,  # noqa: TID251 - read only: whether Flask-Login keeps a login there
)
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from support.refusals import StaleForm

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
YEAR = 31_536_000
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
ANONYMOUS_BYTES = 64 * 1024

csrf = CSRFProtect()
limiter = Limiter(
    get_remote_address,
    key_prefix="switchboard",
    in_memory_fallback_enabled=True,  # a dead Redis counts in this process and locks nobody out
    swallow_errors=True,
    storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
)


def init(app: Flask) -> None:
    """Put the guards before the pages and the headers on every answer."""
    if app.config["SESSION_COOKIE_SECURE"]:
        app.config["SESSION_COOKIE_NAME"] = "__Host-switchboard"
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.session_interface = OwnSessions()
    app.config.setdefault("RATELIMIT_STORAGE_URI", app.config["SETTINGS"].redis_url)
    app.before_request(body_first)
    app.before_request(same_site)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(headers)
    app.add_template_global(now_millis)


class OwnSessions(SecureCookieSessionInterface):
    """The signed cookie; a form of another site, which comes without it, does not replace it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, unless another site sent the request."""
        if request.method not in UNSAFE or not is_foreign():
            super().save_session(app, session, response)


def body_first() -> None:
    """Read the body before the first query, which takes the write lock: uploads are slow."""
    if request.method in UNSAFE:
        if not may_be_large():
            request.max_content_length = ANONYMOUS_BYTES
        request.form  # noqa: B018 - reading it is the deed


def may_be_large() -> bool:
    """Whether files are taken: of whom we let in, and of the demonstration's customers.

    Asked of the signed cookie alone: the database is not for strangers' bodies.
    """
    demo = current_app.config["SETTINGS"].demo_passwords
    return "_user_id" in session or (demo and request.blueprint == "phone")


def same_site() -> None:
    """Refuse to write for another site, whatever token it has found."""
    if request.method in UNSAFE and is_foreign():
        raise StaleForm


def is_foreign() -> bool:
    """Whether the browser says that another site sent this request."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def now_millis() -> int:
    """Return this instant as milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def headers(response: Response) -> Response:
    """Give every answer the house's headers, unless its view has set its own."""
    if request.endpoint == "static" and response.status_code == 200:
        lifetime = f"public, max-age={YEAR}, immutable" if "v" in request.args else "no-cache"
        response.headers["Cache-Control"] = lifetime
    # The browser's clock may lie: countdowns go by ours.
    response.headers["X-Server-Now"] = str(now_millis())
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    return response
