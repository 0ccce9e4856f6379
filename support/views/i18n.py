"""Languages, as the agent or his browser chose; zones, as the project says."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date
from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, get_translations, gettext

from support.refusals import Refusal
from support.views import frame

LANGUAGES = {"en": "English", "zh": "中文"}
# British English writes the day before the month and counts 24 hours.
LOCALES = {"en": "en_GB", "zh": "zh"}
YEAR = 31_536_000


def init(app: Flask) -> None:
    """Translate templates and sentences; give templates their ways to write an instant."""
    Babel(app, locale_selector=locale, timezone_selector=zone)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        said, said_of, newstyle=True
    )
    for name, written in {"clock": clock, "day": day, "moment": moment}.items():
        app.add_template_filter(written, name)
    app.add_template_filter(sentence)
    app.after_request(remember)


def translations() -> Any:
    """Return the request's sentences, found once: a page says a hundred of them."""
    sentences = g.get("sentences")
    if sentences is None:
        sentences = g.sentences = get_translations()
    return sentences


def said(text: str) -> str:
    """Translate a sentence of a template."""
    return translations().ugettext(text)


def said_of(one: str, many: str, number: int) -> str:
    """Translate a sentence of a template that depends on a number."""
    return translations().ungettext(one, many, number)


def here() -> ZoneInfo:
    """Return the zone in which this request's times are written."""
    found = g.get("zone")
    if found is None:
        found = g.zone = ZoneInfo(zone())
    return found


def clock(at: datetime) -> str:
    """Write the time of day, 00:00 to 23:59, in the page's zone."""
    return at.astimezone(here()).strftime("%H:%M")


def day(at: date, length: str = "medium") -> str:
    """Write a day: an instant's in the page's zone, or a date as it is."""
    local = at.astimezone(here()).date() if isinstance(at, datetime) else at
    return _day(local, length, LOCALES[language()])


@lru_cache(4096)
def _day(local: date, length: str, code: str) -> str:
    return format_date(local, length, locale=code)


def moment(at: datetime) -> str:
    """Write date and time in the page's zone."""
    return f"{day(at)}, {clock(at)}"


def sentence(refusal: Refusal) -> str:
    """Say a refusal in the reader's language."""
    return gettext(refusal.sentence, **refusal.values)


def language() -> str:
    """Return the code of the language in which this page is written."""
    return get_locale().language  # type: ignore[union-attr]


def locale_code() -> str:
    """Return the locale's whole code, found once per request."""
    code = g.get("locale_code")
    if code is None:
        code = g.locale_code = str(get_locale())
    return code


def locale() -> str:
    """Choose the language: asked for in the address, the agent's own, kept, the browser's."""
    own = getattr(g.get("_login_user"), "language", "")  # an error page must not query
    for code in (request.args.get("language"), own, request.cookies.get("language")):
        if code in LANGUAGES:
            return LOCALES[code]
    return LOCALES[request.accept_languages.best_match(LANGUAGES, "en") or "en"]


def zone() -> str:
    """Return the zone of this page: its project's, else the workspace's."""
    if "zone" in g:
        return str(g.zone)
    return frame.shell().timezone if frame.visiting() else "UTC"


def write_in(name: str) -> None:
    """Write the times of this page in a project's zone."""
    g.zone = ZoneInfo(name)


@cache
def zones() -> dict[str, None]:
    """Return the zones of the world in order; reading hundreds of files once is enough."""
    return dict.fromkeys(sorted(available_timezones()))


def remember(response: Response) -> Response:
    """Keep a language that was chosen in the address."""
    chosen = request.args.get("language")
    if chosen in LANGUAGES:
        response.set_cookie(
            "language", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure
        )
    return response
