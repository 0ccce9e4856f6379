"""In and out: one answer for every wrong pair of address and password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import logout_user
from werkzeug import Response

from support import access, events, htmx, logins, presence
from support.db import commit, db, reading, utcnow
from support.models import Agent, EventKind
from support.refusals import WrongLogin
from support.views import setup
from support.views.forms import kept
from support.views.identity import landing, let_in, public, remembered
from support.views.throttle import throttled

if TYPE_CHECKING:
    from support.demo.team import DemoAgent

blueprint = Blueprint("login", __name__)

# An address has many people behind it and an account many foes: only both together are shut
# out soon, so that nobody can lock somebody else out with ten tries.
HERE = "10 per 5 minutes"
ACCOUNT = "60 per hour"
ADDRESS = "60 per 5 minutes"


@blueprint.get("/login")
@public
def form() -> str | Response:
    """Ask who it is; an installation without an owner is set up first."""
    if setup.is_needed():
        return redirect(url_for("setup.form"))
    return page()


def page() -> str:
    """Draw the form; `next` is where to go afterwards."""
    return render_template("login/login.html", team=team(), next=request.values.get("next", ""))


def team() -> tuple[DemoAgent, ...]:
    """Return whom a visitor of the demonstration may be; nobody on a real desk."""
    if not current_app.config["SETTINGS"].demo_passwords:
        return ()
    from support.demo.team import TEAM  # noqa: PLC0415 - a real desk never loads it

    return TEAM


def email() -> str:
    """Return the account that is tried, in its one spelling."""
    return request.form.get("email", "").strip().casefold()


def account() -> str:
    """Return what an account is counted under: as short as any, whatever was typed."""
    return logins.digest(email())


def account_here() -> str:
    """Return the account and the address from which it is tried."""
    return f"{account()} {request.remote_addr}"


@blueprint.post("/login")
@public
@kept(page)
@throttled((HERE, account_here), (ACCOUNT, account), (ADDRESS, None))
def start() -> Response:
    """Let an agent in; the password is verified while no lock is held."""
    agent_id = verified(email(), request.form.get("password", ""))
    agent = db.session.get_one(Agent, agent_id)
    let_in(agent)
    return remembered(htmx.see(landing()), agent)


def verified(address: str, password: str) -> int:
    """Verify in a transaction that only reads; a failure is recorded in one of its own."""
    try:
        with reading():
            return logins.verify(address, password)
    except WrongLogin:
        db.session.rollback()
        here = request.remote_addr or ""
        events.record(
            EventKind.LOGIN_REFUSED, by=None, now=utcnow(), email=address[:255], address=here
        )
        commit()
        raise
    finally:
        db.session.rollback()


@blueprint.post("/logout")
def end() -> Response:
    """End this login; the browser forgets what it has kept of it."""
    login = access.my_login()
    logins.end(login, by=access.me(), now=utcnow())
    commit()
    presence.gone(login.agent_id)
    logout_user()
    response = htmx.see(url_for("login.form"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
