"""What is looked for: the texts of the rules, each folded as the view that its kind is met in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from support.reasons.fold import UNSPACED
from support.risk.folding import plain_words, read

Owner = TypeVar("Owner")
# Scripts that set no space between words; Hangul's letters stand apart once they are folded.
UNSPACED_SIGN = re.compile(f"[{UNSPACED}\u1100-\u11ff]")


def is_findable(kind: str, text: str) -> bool:
    """Whether anything is left to be looked for once the text of a rule is folded."""
    return kind == "shape" or bool(needle(kind, text))


def needle(kind: str, text: str) -> str:
    """Return what is looked for in the view of this kind."""
    reading = read(text)
    if kind == "address":  # which may be written without its 0x
        return reading.squeezed.text.removeprefix("0x") or reading.squeezed.text
    if kind == "fragment":
        return reading.cased.text
    return reading.words.text.strip()


def phrase_needle(text: str) -> str:
    """Return what is looked for where several words stand in a row, whatever is between them."""
    found = read(text).phrases.text.strip()
    return found if " " in found else ""


def plain_needle(text: str) -> str:
    """Return what is looked for among letters taken for what they are, if that is not the same."""
    found = plain_words(text).text.strip()
    return "" if found == needle("word", text) else found


class Needles(Generic[Owner]):
    """Texts looked for all at once; each belongs to one owner or to several."""

    def __init__(self, pairs: Iterable[tuple[str, Owner]]) -> None:
        """Take the texts and whose they are; an empty text is nobody's."""
        owners: dict[str, list[Owner]] = {}
        for text, owner in pairs:
            if text:
                owners.setdefault(text, []).append(owner)
        self._owners = list(owners.values())
        self._automaton = AhoCorasick(owners) if owners else None

    def __bool__(self) -> bool:
        return self._automaton is not None

    def met_in(self, text: str) -> Iterator[tuple[Owner, int, int]]:
        """Yield every place of every text, those that lie within one another too."""
        if self._automaton is None:
            return
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for owner in self._owners[number]:
                yield owner, start, end


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no word goes on beyond these borders."""
    return _is_border(text, start) and _is_border(text, end)


def _is_border(text: str, place: int) -> bool:
    near = text[max(0, place - 1) : place + 1]
    if place == 0 or len(near) < 2:
        return True
    return not (near[0].isalnum() and near[1].isalnum()) or _is_unspaced(near)


def _is_unspaced(near: str) -> bool:
    return UNSPACED_SIGN.search(near) is not None
