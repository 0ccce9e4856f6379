"""Values as people read them: lengths of time in two units, shares in percent."""

from __future__ import annotations

from flask_babel import gettext as _

from support.refusals import N_
from support.views import i18n
from support.views.reports.sheets import Value

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SMALLER = {DAY: HOUR, HOUR: MINUTE, MINUTE: 1, 1: 1}
WORDS = {
    1: N_("%(many)s s"),
    MINUTE: N_("%(many)s min %(rest)s s"),
    HOUR: N_("%(many)s h %(rest)s min"),
    DAY: N_("%(many)s d %(rest)s h"),
}


def told(value: Value, kind: str) -> str:
    """Write a value; what there is none of is a dash, never a number."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash, as in print
    if isinstance(value, str):
        return value
    if kind == "seconds":
        return length(round(value))
    if kind == "share":
        return f"{value:.1%}"
    return f"{value:.2f}" if kind == "number" else f"{value:,}".replace(",", "\u202f")


def length(seconds: int) -> str:
    """Write a length of time in its two largest units; a page has a thousand of them."""
    large = next((size for size in (DAY, HOUR, MINUTE) if seconds >= size), 1)
    small = SMALLER[large]
    many, rest = seconds // large, seconds % large // small
    return i18n.said(WORDS[large]) % {"many": many, "rest": rest}


def change(now: Value, before: Value, kind: str) -> str:
    """Say how a value has changed: a share in points, everything else in percent."""
    if isinstance(now, str) or isinstance(before, str) or now is None or before is None:
        return ""
    if kind == "share":
        return _("%(points)s points", points=f"{(now - before) * 100:+.1f}")
    return f"{(now - before) / before:+.1%}" if before else ""
