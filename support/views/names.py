"""How people, roles and browsers are shown: initials on a colour, words instead of marks."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category
from zlib import crc32

from flask_babel import gettext as _

HUES = 8
# The first mark that is found decides: Edge calls itself Chrome too, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@lru_cache(4096)
def initials(name: str) -> str:
    """Return one or two letters of a name, which may be anything at all."""
    words = ["".join(c for c in word if category(c)[0] in "LN") for word in name.split()]
    words = [word for word in words if word]
    if not words:
        return "?"
    wide = any(ord(c) > 0x2E7F for c in words[0])  # one Chinese character fills the circle
    return words[0][0].upper() if wide else "".join(word[0] for word in words[:2]).upper()


def hue(key: object) -> int:
    """Return a colour's number that stays the same for the same person."""
    return crc32(str(key).encode()) % HUES


def role(name: str) -> str:
    """Return the name of a role in the reader's language."""
    names = {
        "owner": _("Owner"),
        "supervisor": _("Supervisor"),
        "agent": _("Agent"),
        "auditor": _("Auditor"),
        "member": _("Member"),
    }
    return names.get(name, name)


def browser(agent: str) -> str:
    """Return the browser and the system of a user agent, as its owner would call them."""
    brands = [brand for mark, brand in BROWSERS if mark in agent]
    systems = [system for mark, system in SYSTEMS if mark in agent]
    return " · ".join([*brands[:1], *systems[:1]]) or _("Unknown browser")
