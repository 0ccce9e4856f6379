"""What the account page shows of the ways by which its agent is called."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from support import notices
from support.hours import DAYS
from support.models import Agent
from support.notices import Place
from support.refusals import N_
from support.views import i18n, news, weekly

SOUNDS = {
    "off": N_("Never"),
    "breaches": N_("When a promised time has passed"),
    "all": N_("For every reminder"),
}
EVENING, MORNING = "22:00", "07:00"


def cards(agent: Agent) -> dict[str, Any]:
    """Return what the cards of reminders, quiet hours and Telegram show."""
    settings = notices.of(agent.id)
    form = request.form if request.form.get("form") == "quiet" else None
    return {
        "settings": settings,
        "sounds": [(value, _(words)) for value, words in SOUNDS.items()],
        "when": form.get("open", "") if form else _when(settings.quiet),
        "span": _span(settings.quiet),
        "days": weekly.typed_days(form) if form else weekly.days(settings.quiet),
        "zones": i18n.zones(),
        "held": news.waiting(agent),
        "places": notices.places(agent),
    }


def _when(table: dict[str, Any] | None) -> str:
    if table is None:
        return "never"
    return "daily" if _is_daily(table) else "table"


def _is_daily(table: dict[str, Any]) -> bool:
    spans = [table.get(day) for day in DAYS]
    return all(one == spans[0] and len(one or ()) == 1 for one in spans)


def _span(table: dict[str, Any] | None) -> tuple[str, str]:
    """Return the one span of every day, or what it begins with in the form."""
    if table is None or not _is_daily(table):
        return EVENING, MORNING
    opens, closes = table["mon"][0]
    return opens, closes


def said_of(place: Place) -> str:
    """Say how the last message of a bot went."""
    last = place.last
    if last is None:
        return ""
    if last.failed_at is not None:
        return _("The last message failed: %(why)s", why=_(last.failure))
    if last.sent_at is None:
        return _("A message waits for Telegram.")
    return _("Last message: %(time)s", time=i18n.moment(last.sent_at))
