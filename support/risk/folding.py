"""One reading for what looks alike: three views of a text, each with a map to its places.

Every sign is folded by itself, so a sign that nobody sees changes nothing, wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from pathlib import Path
from string import ascii_letters, ascii_uppercase, digits

from support.reasons.fold import HAN, SCRIPT

TABLE = Path(__file__).with_name("lookalikes.txt")
# Blank by sight, though their class calls them letters or signs; and those set aside for more.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\u2065")
RESERVED = (range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
# Letters in a circle, a square or a flag, which do not decompose.
FRAMED = (0x1F150, 0x1F170, 0x1F1E6)
# What Unicode's table leaves out: small letters that have the form of capital ones, and the
# dashes, quotation marks and full stops that people's keyboards write for the plain ones.
BY_HAND = {
    **dict(zip("вкмнт", "BKMHT", strict=True)),
    **dict.fromkeys("\u2018\u2019\u02bc\xb4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"),
    "\u20bf": "B",
    "\u3002": ".",
}
SPACES = re.compile("(?<= ) +")
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[^\w]+(?=[{HAN}])")
ADDRESS_SIGNS = frozenset(ascii_letters + digits)
# Letters of an address that are read for each other: they are compared as one.
MERGED = str.maketrans("oil", "011")


@dataclass(frozen=True, slots=True)
class View:
    """A text as it is compared; `at[n]` is the place of its n-th sign in the text it is of."""

    text: str
    at: Sequence[int]

    def without(self, spans: Iterable[tuple[int, int]]) -> View:
        """Return the view without these stretches."""
        kept = bytearray(b"\1") * len(self.text)
        for start, end in spans:
            kept[start:end] = bytes(end - start)
        if all(kept):
            return self
        return View("".join(compress(self.text, kept)), list(compress(self.at, kept)))

    def after(self, place: int) -> str:
        """Return the sign that is seen after this place of the text, "" at its end."""
        index = bisect_right(self.at, place)
        return self.text[index : index + 1]

    def backwards(self) -> View:
        """Return the same view read from its end."""
        return View(self.text[::-1], self.at[::-1])


@dataclass(frozen=True, slots=True)
class Reading:
    """The views of one text.

    `words` has one case and single spaces; `cased` only letters and digits of addresses, their
    case kept; `squeezed` is the same in one case, with `0` for `o` and `1` for `i` and `l`.
    """

    shown: View
    words: View
    cased: View
    squeezed: View


def read(text: str) -> Reading:
    """Return the views of a text."""
    shown = _shown(text)
    kept = list(map(ADDRESS_SIGNS.__contains__, shown.text))
    cased = View("".join(compress(shown.text, kept)), list(compress(shown.at, kept)))
    squeezed = View(cased.text.lower().translate(MERGED), cased.at)
    return Reading(shown, _words(shown), cased, squeezed)


def _shown(text: str) -> View:
    if text.isascii() and text.isprintable():
        return View(text, range(len(text)))
    pieces = list(map(folded, text))
    lengths = list(map(len, pieces))
    if lengths.count(1) == len(text):
        return View("".join(pieces), range(len(text)))
    at = [place for place, length in enumerate(lengths) for _ in range(length)]
    return View("".join(pieces), at)


def _words(shown: View) -> View:
    """Return the view in one case; of several spaces the first is kept, between Han signs none."""
    text = shown.text.casefold()
    gaps = [*SPACES.finditer(text), *BETWEEN_HAN.finditer(text)]
    return View(text, shown.at).without(one.span() for one in gaps)


@lru_cache(16_384)
def folded(sign: str) -> str:
    """Return what one sign is read as, its case kept: ASCII if it looks so, "" if unseen."""
    if "\u4e00" <= sign <= "\u9fff":
        return sign.translate(SCRIPT)
    apart = unicodedata.normalize("NFKD", sign)
    read_as = "".join(_one(part) for part in apart if not is_unseen(part))
    lower = read_as.casefold()
    # A view in one case has as many signs as this one; what grows (ß) is kept grown.
    return read_as if len(lower) == len(read_as) else lower


def _one(sign: str) -> str:
    if sign.isascii():
        return " " if sign.isspace() else sign
    if sign.isspace():
        return " "
    number = unicodedata.digit(sign, None)
    return lookalikes().get(sign, sign) if number is None else str(number)


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
    for letter in ascii_uppercase:
        table[_named(f"LATIN LETTER SMALL CAPITAL {letter}")] = letter
    return table | BY_HAND


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:  # there is none of X
        return "\0"
