"""Customers' words as safe HTML: Telegram's formatting drawn by us, everything else escaped.

The only module that makes markup out of text.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from support import notes

Entity = dict[str, Any]

TAGS = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strike": "s",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
SCHEMES = ("http", "https", "mailto", "tel")
# Marks that reorder or hide what follows; joiners stay, since scripts and emoji need them.
UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\u00ad\u180e]")


def formatted(text: str, entities: list[Entity] | None = None) -> Markup:
    """Draw a text with its entities, whose offsets and lengths count UTF-16 units.

    An entity that crosses another, lies outside the text or has a scheme that is not
    allowed loses its formatting, never its words.
    """
    if not entities:
        return plain(text)
    units = text.encode("utf-16-le", "surrogatepass")
    spans = sorted(filter(is_span, entities), key=lambda span: (span["offset"], -span["length"]))
    return Markup("").join(_drawn(units, 0, len(units) // 2, spans))


def is_span(entity: Entity) -> bool:
    """Whether an entity says where it stands."""
    offset, length = entity.get("offset"), entity.get("length")
    return isinstance(offset, int) and isinstance(length, int) and offset >= 0 and length > 0


def _drawn(units: bytes, start: int, end: int, spans: list[Entity]) -> list[Markup]:
    parts: list[Markup] = []
    at = start
    while spans:
        span = spans.pop(0)
        begins, ends = span["offset"], span["offset"] + span["length"]
        if begins < at or ends > end:
            continue
        inner = [other for other in spans if other["offset"] < ends]
        spans = [other for other in spans if other["offset"] >= ends]
        parts.append(_words(units, at, begins))
        within = Markup("").join(_drawn(units, begins, ends, inner))
        parts.append(wrapped(span, within, _text(units, begins, ends)))
        at = ends
    return [*parts, _words(units, at, end)]


def _text(units: bytes, start: int, end: int) -> str:
    return units[start * 2 : end * 2].decode("utf-16-le", "replace")


def _words(units: bytes, start: int, end: int) -> Markup:
    return plain(_text(units, start, end))


def wrapped(span: Entity, within: Markup, text: str) -> Markup:
    """Put one entity's element around what it covers."""
    kind = str(span.get("type"))
    if kind in TAGS:
        return Markup("<{0}>{1}</{0}>").format(TAGS[kind], within)
    if kind == "spoiler":
        return Markup('<span class="sb-spoiler" tabindex="0">{}</span>').format(within)
    return linked(address(kind, span, text), within)


def address(kind: str, span: Entity, text: str) -> str:
    """Return where an entity points to, or nothing."""
    if kind == "text_link":
        return str(span.get("url") or "")
    if kind == "url":
        return text if "://" in text else f"https://{text}"
    return f"mailto:{text}" if kind == "email" else ""


def linked(url: str, within: Markup) -> Markup:
    """Put a link around words if its scheme is allowed; it opens outside and tells nothing."""
    if not is_allowed(url):
        return within
    return Markup(
        '<a href="{}" target="_blank" rel="noopener noreferrer nofollow" title="{}">{}</a>'
    ).format(url, url, within)


def is_allowed(url: str) -> bool:
    """Whether a link may be followed: a known scheme, and a host where it needs one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    needs_host = parts.scheme in ("http", "https")
    return parts.scheme in SCHEMES and (bool(parts.hostname) or not needs_host)


def mentioned(text: str, names: str | None) -> Markup:
    """Draw a note's text, the colleagues named in it (`names`, a line each) marked."""
    wanted = sorted(filter(None, (names or "").splitlines()), key=len, reverse=True)
    if not wanted:
        return plain(text)
    parts = re.split(f"({'|'.join(map(notes.mention, wanted))})", text, flags=re.IGNORECASE)
    drawn = (_marked(part) if number % 2 else plain(part) for number, part in enumerate(parts))
    return Markup("").join(drawn)


def _marked(name: str) -> Markup:
    return Markup('<strong class="sb-mention">{}</strong>').format(plain(name))


def plain(text: str) -> Markup:
    """Escape a text; marks that cannot be seen are made visible."""
    escaped = escape(text)
    if not UNSEEN.search(text):
        return escaped
    return Markup(UNSEEN.sub(_shown, str(escaped)))  # noqa: S704 - escaped on the line above


def _shown(mark: re.Match[str]) -> str:
    name = f"U+{ord(mark.group()):04X}"
    return f'<span class="sb-unseen" title="{name}">{name}</span>'
