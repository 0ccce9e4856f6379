"""Languages and zones: what the agent chose, else what his browser says."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from flask import Flask, Response, g, request
from flask_babel import Babel, format_date, format_time, get_locale, gettext

from support.refusals import Refusal

LANGUAGES = {"en": "English", "zh": "中文"}
# British English writes the day before the month and counts 24 hours.
LOCALES = {"en": "en_GB", "zh": "zh"}
YEAR = 31_536_000


def init(app: Flask) -> None:
    """Translate templates and sentences; give templates their ways to write an instant."""
    Babel(app, locale_selector=locale, timezone_selector=zone)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(
        clock=clock, day=format_date, moment=moment, sentence=sentence
    )
    app.after_request(remember)


def clock(at: datetime) -> str:
    """Write the time of day, 00:00 to 23:59, in the reader's zone."""
    return format_time(at, "HH:mm")


def moment(at: datetime) -> str:
    """Write date and time in the reader's zone."""
    return f"{format_date(at)}, {clock(at)}"


def sentence(refusal: Refusal) -> str:
    """Say a refusal in the reader's language."""
    return gettext(refusal.sentence, **refusal.values)


def language() -> str:
    """Return the code of the language in which this page is written."""
    return get_locale().language  # type: ignore[union-attr]


def locale() -> str:
    """Choose the language: asked for in the address, the agent's own, kept, the browser's."""
    visitor = g.get("_login_user")  # never loads one: an error page must not query
    own = visitor.agent.language if getattr(visitor, "agent", None) else ""
    for code in (request.args.get("language"), own, request.cookies.get("language")):
        if code in LANGUAGES:
            return LOCALES[code]
    return LOCALES[request.accept_languages.best_match(LANGUAGES, "en") or "en"]


def zone() -> str:
    """Return the browser's zone, which its first page has told us, else the workspace's."""
    told = request.cookies.get("zone", "")
    shell = g.get("shell")
    return told if told in zones() else (shell.timezone if shell else "UTC")


@cache
def zones() -> list[str]:
    """Return the zones of the world by name; reading hundreds of files once is enough."""
    return sorted(available_timezones())


def remember(response: Response) -> Response:
    """Keep a language that was chosen in the address."""
    chosen = request.args.get("language")
    if chosen in LANGUAGES:
        response.set_cookie(
            "language", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure
        )
    return response
