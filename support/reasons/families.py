"""Families of words that phrases name, as in `<not>`: shipped, the same for every project."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from support.reasons.fold import fold

WRITTEN = Path(__file__).with_name("families.txt")
FAMILY = re.compile(r"<[^<>|\s]+>")


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Return the words of every family, by its name; a family may contain those above it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        name, _, words = line.partition(":")
        if words and not name.startswith("#"):
            found[name] = tuple(one for word in words.split() for one in _words(word, found))
    return found


def _words(word: str, above: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return above[word.strip("<>")] if FAMILY.fullmatch(word) else (folded_word(word),)


def family(name: str) -> tuple[str, ...]:
    """Return the words of `<name>`; none if it is not a family."""
    return families().get(name[1:-1], ()) if FAMILY.fullmatch(name) else ()


def folded_word(word: str) -> str:
    """Return one word of a phrase as it is compared; what stands side by side is joined by "_"."""
    words = (fold(one).replace(" ", "_") for one in word.split("_"))
    return "_".join(filter(None, words)) + "*" * word.endswith("*")
