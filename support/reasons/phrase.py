"""Phrases: the words of a customer that point to a reason, and how they are found in a text.

`refund` is a word, `refund*` any word that begins so, `refund|money` either word, and `…`
stands for a few words in between, within one sentence. Scripts without spaces are found
inside a run of letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from support.reasons.fold import UNSPACED, fold, weight
from support.refusals import PhraseTooLong, PhraseTooShort

GAP = "…"
LIMIT = 255
LEAST_WEIGHT = 3
# Letters that a gap may span, between words and inside a run of letters; two gaps at most,
# so that a hostile text cannot make the search long.
GAPS, WORDS_APART, SIGNS_APART = 2, 30, 15
ENDING = 12
RUN = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase made ready: it is looked for only where its rarest word occurs."""

    text: str
    keys: tuple[str, ...]
    regex: re.Pattern[str]

    def found_in(self, folded: str) -> bool:
        """Whether the phrase occurs in a folded text."""
        return any(key in folded for key in self.keys) and bool(self.regex.search(folded))


def fold_phrase(text: str) -> str:
    """Return a phrase as it is compared; refuse one that fits nearly everything, or is endless."""
    pieces = [_folded_piece(piece) for piece in text.replace("...", GAP).split(GAP)]
    pieces = [piece for piece in pieces if piece]
    folded = f" {GAP} ".join(pieces)
    if sum(_weight(token) for token in " ".join(pieces).split()) < LEAST_WEIGHT:
        raise PhraseTooShort(text=text.strip())
    if len(folded) > LIMIT or len(text) > LIMIT or len(pieces) > GAPS + 1:
        raise PhraseTooLong(limit=LIMIT, gaps=GAPS)
    return folded


def _folded_piece(piece: str) -> str:
    tokens = ("|".join(_folded_words(token)) for token in piece.split())
    return " ".join(token for token in tokens if token)


def _folded_words(token: str) -> list[str]:
    """Fold each word of a choice; what mixes scripts stays in one piece."""
    words = [fold(word).replace(" ", "") + "*" * word.endswith("*") for word in token.split("|")]
    return list(dict.fromkeys(word for word in words if word.strip("*")))


def _weight(token: str) -> int:
    return min(weight(word) for word in token.split("|"))


def pattern(folded: str, text: str) -> Pattern:
    """Make a folded phrase ready for searching; `text` is the phrase as it was written."""
    pieces = folded.split(f" {GAP} ")
    rarest = max(" ".join(pieces).split(), key=_weight)
    keys = tuple(word.rstrip("*") for word in rarest.split("|"))
    return Pattern(text, keys, re.compile(_regex(pieces)))


def _regex(pieces: list[str]) -> str:
    parts = [" ?".join(_choice(token) for token in piece.split()) for piece in pieces]
    joined = parts[0]
    for before, piece, part in zip(pieces, pieces[1:], parts[1:], strict=False):
        apart = SIGNS_APART if RUN.search(before + piece) else WORDS_APART
        joined += f"[^|]{{0,{apart}}}?{part}"
    return joined


def _choice(token: str) -> str:
    return f"(?:{'|'.join(_word(word) for word in token.split('|'))})"


def _word(word: str) -> str:
    stem = word.rstrip("*")
    begins = "" if RUN.match(stem) else r"(?<!\S)"
    if word.endswith("*"):
        return rf"{begins}{re.escape(stem)}[^\s|]{{0,{ENDING}}}"
    return begins + re.escape(stem) + ("" if RUN.match(stem[-1]) else r"(?!\S)")
