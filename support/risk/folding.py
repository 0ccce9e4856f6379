"""One reading for what looks alike: three views of a text, each with a map to its places.

Every sign is folded by itself, so a sign that nobody sees changes nothing, wherever it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from string import ascii_letters, digits

from support.reasons.fold import HAN
from support.risk.signs import folded, plain

NO_LETTER, GAP = re.compile(r"[\W_]"), re.compile(r"[\W_]{2,}")
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

    `words` has one case and single spaces, `phrases` single spaces for all that is no letter;
    `cased` only letters and digits of addresses, their case kept; `squeezed` is the same in one
    case, with `0` for `o` and `1` for `i` and `l`.
    """

    given: str
    shown: View
    words: View
    phrases: View
    cased: View
    squeezed: View


def read(text: str) -> Reading:
    """Return the views of a text."""
    shown = _seen(text, folded)
    kept = list(map(ADDRESS_SIGNS.__contains__, shown.text))
    cased = View("".join(compress(shown.text, kept)), list(compress(shown.at, kept)))
    squeezed = View(cased.text.lower().translate(MERGED), cased.at)
    words = _words(shown)
    return Reading(text, shown, words, _phrases(words), cased, squeezed)


def plain_words(text: str) -> View:
    """Return the words of a text whose letters are taken for what they are.

    In other scripts small and capital letters may resemble different letters of ours.
    """
    return _words(_seen(text, plain))


def _seen(text: str, fold: Callable[[str], str]) -> View:
    if text.isascii() and text.isprintable():
        return View(text, range(len(text)))
    pieces = list(map(fold, text))
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


def _phrases(words: View) -> View:
    gaps = (one.span() for one in GAP.finditer(words.text))
    spaced = View(NO_LETTER.sub(" ", words.text), words.at)
    return spaced.without((start + 1, end) for start, end in gaps)
