"""Escalation reasons as they are read: the house's own words in the reader's language."""

from __future__ import annotations

from functools import cache

from flask_babel import gettext

from support import reasons
from support.models import EscalationReason
from support.refusals import N_

MODES = {
    "suggest": N_("Suggest it"),
    "auto": N_("Escalate at once"),
    "urgent": N_("Mark urgent"),
}
TIERS = {"escalated": N_("Escalated"), "urgent": N_("Urgent")}


def worded(reason: EscalationReason, field: str = "name") -> str:
    """Return a text of a reason; a shipped one that nobody has edited is translated.

    What a project has written itself is never looked up: it is text, not a sentence of ours.
    """
    text: str = getattr(reason, field)
    return gettext(text) if text in _shipped(reason.key) else text


@cache
def _shipped(key: str) -> frozenset[str]:
    return frozenset(
        text
        for one in reasons.REASONS
        if one.key == key
        for text in (one.name, one.try_first, one.when_to)
    )
