"""Telegram counts UTF-16 units; Python counts characters, and a database keeps not all of them."""

from __future__ import annotations

import re

UNKEPT = re.compile("[\0\ud800-\udfff]")
MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024


def length(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def kept(text: str) -> str:
    """Return the text as any database keeps it, one sign for one."""
    return UNKEPT.sub("\ufffd", text)


def split(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Cut a text into parts of at most `limit` units, at a line or word end where there is one."""
    parts: list[str] = []
    while length(text) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text else parts


def _cut(text: str, limit: int) -> int:
    end = _fitting(text, limit)
    for mark in ("\n", " "):
        found = text.rfind(mark, end // 2, end + 1)
        if found > 0:
            return found
    return end


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of `text` fit into `limit` units."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return index
    return len(text)
