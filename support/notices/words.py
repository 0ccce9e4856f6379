"""What a notice says: which promise, of which conversation, and when; no customer's words."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from support.refusals import N_
from support.sentences import said

# By a clock's metric: what the page and its title say.
DUE = {
    "first_response": N_("Reply due in %(left)s"),
    "next_response": N_("Reply due in %(left)s"),
    "resolution": N_("Resolution due in %(left)s"),
    "acceptance": N_("Acceptance due in %(left)s"),
}
LATE = {
    "first_response": N_("Reply is overdue"),
    "next_response": N_("Reply is overdue"),
    "resolution": N_("Resolution is overdue"),
    "acceptance": N_("Acceptance is overdue"),
}
# By a clock's metric: what the bot writes, which may be read later than it was sent.
WRITTEN = {
    "first_response": N_("Reply due at %(time)s (%(zone)s)."),
    "next_response": N_("Reply due at %(time)s (%(zone)s)."),
    "resolution": N_("Resolution due at %(time)s (%(zone)s)."),
    "acceptance": N_("Acceptance due at %(time)s (%(zone)s)."),
}
WRITTEN_LATE = {
    "first_response": N_("Overdue: the reply was due at %(time)s (%(zone)s)."),
    "next_response": N_("Overdue: the reply was due at %(time)s (%(zone)s)."),
    "resolution": N_("Overdue: the resolution was due at %(time)s (%(zone)s)."),
    "acceptance": N_("Overdue: the acceptance was due at %(time)s (%(zone)s)."),
}
AWAY = N_("While you were away: %(count)s")
HEAD = N_("%(project)s · conversation %(number)s")
HOURS, MINUTES = N_("%(count)s h"), N_("%(count)s min")
LONG = timedelta(minutes=90)
LONGEST_NAME = 40


def left(span: timedelta) -> tuple[str, dict[str, int]]:
    """Return how long a wait is, rounded up: the sentence and its number."""
    if span > LONG:
        return HOURS, {"count": round(span / timedelta(hours=1))}
    return MINUTES, {"count": max(1, -(-span // timedelta(minutes=1)))}


def written(  # noqa: PLR0913 - a message and all that it names
    metric: str,
    due: datetime,
    *,
    late: bool,
    project: str,
    number: int,
    name: str,
    zone: str,
    now: datetime,
    language: str,
) -> str:
    """Write a notice as the bot sends it; `name` is empty where none may leave the desk."""
    head = said(HEAD, language, project=project, number=number)
    sentences = WRITTEN_LATE if late else WRITTEN
    local, today = due.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = f"{local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M:%S}"
    words = said(sentences[metric], language, time=time, zone=zone)
    return f"{head}{' · ' if name else ''}{plain(name)}\n{words}"


def away(count: int, *, project: str, language: str) -> str:
    """Write what was held while somebody's hours were quiet."""
    return f"{said(AWAY, language, count=count)} ({project})"


def plain(name: str) -> str:
    """Return a customer's name on one short line, with nothing in it that reorders or links."""
    kept = "".join(one for one in name if unicodedata.category(one)[0] != "C")
    # A name is the customer's to choose: what Telegram would make a link of is taken apart.
    return kept.replace("://", " ").replace(".", "\N{ONE DOT LEADER}")[:LONGEST_NAME]
