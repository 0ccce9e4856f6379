"""What an agent settles for himself: name, password, language, theme, and his logins."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from support import access, htmx, logins, passwords, people
from support.db import commit, db, reading, utcnow
from support.models import Login
from support.refusals import BadChoice, NotFound, WrongLogin, WrongPassword
from support.views import reached
from support.views.forms import kept
from support.views.i18n import LANGUAGES
from support.views.identity import landing, let_in, remembered
from support.views.shell import THEMES
from support.views.throttle import throttled

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def page() -> str:
    """Show the agent his own settings and where he is logged in."""
    running = logins.running(access.me(), now=utcnow())
    return render_template(
        "account/account.html",
        logins=running,
        mine=access.my_login(),
        said_of=reached.said_of,
        **reached.cards(access.me()),
    )


def saved(sentence: str) -> Response:
    """Commit, say so, and show the page again."""
    commit()
    flash(sentence)
    return htmx.see(url_for("account.page"))


@blueprint.post("/name")
@kept(page)
def rename() -> Response:
    """Change the name that colleagues see."""
    people.rename(access.me(), request.form.get("name", ""), by=access.me(), now=utcnow())
    return saved(_("Your name is saved."))


def who() -> str:
    """Return whose password is being tried."""
    return str(access.me().id)


@blueprint.post("/password")
@kept(page)
@throttled(("10 per 5 minutes", who))
def password() -> Response:
    """Change the password, which ends every login; this browser gets a new one."""
    agent = access.me()
    prove(agent.email, request.form.get("current", ""))
    hashed = passwords.hashed(request.form.get("password", ""))
    people.set_password(agent, password_hash=hashed, by=agent, now=utcnow())
    let_in(agent)
    return saved(_("Your password is changed, and every other login has ended."))


def prove(email: str, password: str) -> None:
    """Refuse whoever does not know the password, verified while no lock is held."""
    db.session.rollback()
    try:
        with reading():
            logins.verify(email, password)
    except WrongLogin:
        raise WrongPassword from None
    finally:
        db.session.rollback()


@blueprint.post("/language")
@kept(page)
def language() -> Response:
    """Choose the language of the pages; none means the browser's."""
    chosen = request.form.get("language", "")
    if chosen and chosen not in LANGUAGES:
        raise BadChoice(value=chosen)
    people.choose_language(access.me(), chosen, by=access.me(), now=utcnow())
    response = saved(_("Saved."))
    response.delete_cookie("language")
    return response


@blueprint.post("/theme")
@kept(page)
def theme() -> Response:
    """Choose light, dark or the system's, and stay on the page where it was chosen."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise BadChoice(value=chosen)
    access.me().theme = chosen
    commit()
    response = htmx.see(landing())
    return remembered(response, access.me())


@blueprint.post("/logins/<int:login_id>/end")
def end_login(login_id: int) -> Response:
    """End one of the agent's own logins."""
    found = db.session.get(Login, login_id)
    if found is None or found.agent_id != access.me().id:
        raise NotFound
    logins.end(found, by=access.me(), now=utcnow())
    return saved(_("That login has ended."))


@blueprint.post("/logins/end")
def end_others() -> Response:
    """End every login but this one."""
    agent = access.me()
    logins.end_all(agent, by=agent, now=utcnow(), but=access.my_login())
    return saved(_("Every other login has ended."))
