"""What one sign is read as: nothing where none is seen, an ASCII letter where it looks like one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import ascii_uppercase

from support.reasons.fold import SCRIPT

TABLE = Path(__file__).with_name("lookalikes.txt")
# Blank by sight, though their class calls them letters or signs; and those set aside for more.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\u2065")
RESERVED = (range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
# Letters in a circle, a square, a flag or an outline, which do not decompose (outlines: not yet).
FRAMED = (0x1F150, 0x1F170, 0x1F1E6, 0x1CCD6)
OUTLINED_DIGITS = 0x1CCF0
# Signs whose reading is kept at hand; and a whole sentence in one sign stays one.
KEPT = 65_536
LONGEST = 8
# What Unicode's table leaves out: small letters that have the form of capital ones, and the
# dashes, quotation marks and full stops that people's keyboards write for the plain ones.
BY_HAND = {
    **dict(zip("вкмнт", "BKMHT", strict=True)),
    **dict.fromkeys("\u2018\u2019\u02bc\xb4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
    "\u20bf": "B",
    "\u3002": ".",
}


@lru_cache(KEPT)
def folded(sign: str) -> str:
    """Return what one sign is read as, its case kept: ASCII if it looks so, "" if unseen."""
    return _read_as(sign, lookalikes())


@lru_cache(KEPT)
def plain(sign: str) -> str:
    """Return the same, a sign of another script left as it is."""
    return _read_as(sign, {})


def _read_as(sign: str, table: Mapping[str, str]) -> str:
    if "\u4e00" <= sign <= "\u9fff":
        return sign.translate(SCRIPT)
    apart = unicodedata.normalize("NFKD", sign)
    read_as = "".join(_one(part, table) for part in apart if not is_unseen(part))
    if len(read_as) > LONGEST:
        return sign
    lower = read_as.casefold()
    # A view in one case has as many signs as this one; what grows (ß) is kept grown.
    return read_as if len(lower) == len(read_as) else lower


def _one(sign: str, table: Mapping[str, str]) -> str:
    if sign.isascii():
        return " " if sign.isspace() else sign
    if sign.isspace():
        return " "
    number = unicodedata.digit(sign, None)
    return table.get(sign, sign) if number is None else str(number)


def is_unseen(sign: str) -> bool:
    """Whether a sign leaves nothing to be seen, or only a mark on the sign before it."""
    category = unicodedata.category(sign)
    if category == "Cc":
        return not sign.isspace()
    if category in ("Cf", "Mn", "Me", "Cs"):
        return True
    return sign in BLANK or any(ord(sign) in one for one in RESERVED)


@lru_cache(1)
def lookalikes() -> dict[str, str]:
    """Return which signs look like ASCII letters, and like which."""
    table: dict[str, str] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        letters, *points = line.split()
        if letters != "#":
            table.update((chr(int(point, 16)), letters) for point in points)
    for first in FRAMED:
        table.update((chr(first + n), letter) for n, letter in enumerate(ascii_uppercase))
    table.update((chr(OUTLINED_DIGITS + n), str(n)) for n in range(10))
    for letter in ascii_uppercase:
        table[_named(f"LATIN LETTER SMALL CAPITAL {letter}")] = letter
    return table | BY_HAND


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:  # there is none of X
        return "\0"
