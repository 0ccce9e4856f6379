"""Who is asking: the login behind the cookie, and the door that is shut to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from flask import Flask, current_app, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug import Response

from support import htmx, logins
from support.db import commit, utcnow
from support.models import Agent, Login
from support.refusals import LoginEnded

YEAR = 31_536_000
View = TypeVar("View", bound=Callable[..., object])


class Visitor(UserMixin):
    """An agent by one of his logins; the cookie carries nothing but the login's secret."""

    def __init__(self, login: Login, secret: str) -> None:
        self.login = login
        self.agent: Agent = login.agent
        self.secret = secret
        # Known without the database, for the pages that say that it is away.
        self.language, self.theme = self.agent.language, self.agent.theme

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the signed cookie."""
        return self.secret


def public(view: View) -> View:
    """Let people without a login see this page; every other page is shut to them."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def init(app: Flask) -> None:
    """Ask every request who it is, before any view runs."""
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # it would query for the error pages too
    manager.session_protection = ""  # the login's row decides, not the browser's address
    manager.user_loader(visitor)
    app.before_request(gate)


def visitor(secret: str) -> Visitor | None:
    """Find the running login of a cookie; writing requests renew its idle time."""
    login = logins.find(secret, now=utcnow())
    if login is None:
        return None
    if request.method == "POST":
        logins.touch(login, now=utcnow())
    return Visitor(login, secret)


def gate() -> Response | None:
    """Shut every page that is not public; an unknown address is answered like any other."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.endpoint == "static" or getattr(view, "is_public", False):
        return None
    return None if current_user.is_authenticated else turned_away()


def turned_away() -> Response:
    """Send a reader to the login page; a writer keeps his page, since his text is on it.

    The stream and everything else that htmx may not follow hears 401.
    """
    if request.method != "GET" or request.blueprint == "live":
        raise LoginEnded
    return htmx.see(url_for("login.form", next=wanted()))


def wanted() -> str | None:
    """Return the path to come back to after the login: ours, and a page of its own."""
    here = request.headers.get("HX-Current-URL", "") if htmx.asks() else request.full_path
    parts = split(here)
    path = f"{parts.path}?{parts.query}".rstrip("?")
    return path if path not in ("", "/") else None


def let_in(agent: Agent) -> None:
    """Open a login of its own for this browser and commit it."""
    secret = logins.start(
        agent,
        address=request.remote_addr or "",
        browser=request.user_agent.string,
        now=utcnow(),
    )
    commit()
    found = visitor(secret)
    if found is not None:
        login_user(found)


def remembered(response: Response, agent: Agent) -> Response:
    """Keep the agent's theme for the pages before the login."""
    response.set_cookie(
        "theme", agent.theme, max_age=YEAR, samesite="Lax", secure=request.is_secure
    )
    return response


def landing() -> str:
    """Return where the form wants to go next: a path of this site, else the inbox."""
    wanted = request.form.get("next", "")
    parts = split(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if ours and not parts.netloc and not parts.scheme else "/"


def split(address: str) -> SplitResult:
    """Take an address apart; what is none has no parts."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
