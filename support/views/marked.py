"""A text with what was met in it marked: hostile words, so nothing in it may hide or turn it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from support.models import RiskAttempt, RiskHit
from support.refusals import N_

AROUND = 60
MOST = 6
SPACE = re.compile(r"\s")
# These turn the writing around, wherever they stand.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
KINDS = {
    "word": N_("a word of this list"),
    "address": N_("an address of this list"),
    "fragment": N_("part of an address of this list"),
    "shape": N_("something that is not one of your own"),
    "lookalike": N_("almost an address of your own, but another one"),
    "direction": N_("hidden characters that turn the writing around"),
}
SHAPES = {
    "trc20": N_("a TRON address that is not one of your own"),
    "btc": N_("a Bitcoin address that is not one of your own"),
    "erc20": N_("an Ethereum address that is not one of your own"),
    "link": N_("a link"),
    "phone": N_("a phone number"),
    "handle": N_("a Telegram name"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, marked or not, with its hidden characters made visible."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """One place of a text in its context, and every word that was met there."""

    pieces: list[Piece]
    hits: list[RiskHit]


def whole(attempt: RiskAttempt) -> list[Piece]:
    """Return the whole text of an attempt with all its places marked."""
    return pieces(attempt.text, [(hit.starts, hit.ends) for hit in attempt.hits])


def places(attempt: RiskAttempt) -> list[Met]:
    """Return the first places of an attempt, each with a little of what stands around it."""
    spans = merged((hit.starts, hit.ends) for hit in attempt.hits)
    return [_met(attempt, *span) for span in spans[:MOST]]


def _met(attempt: RiskAttempt, starts: int, ends: int) -> Met:
    text = attempt.text
    first, last = _begin(text, starts), _end(text, ends)
    here = pieces(text[first:last], [(starts - first, ends - first)])
    if first:
        here.insert(0, Piece("…"))
    if last < len(text):
        here.append(Piece("…"))
    within = (hit for hit in attempt.hits if starts <= hit.starts and hit.ends <= ends)
    return Met(here, told_once(within))


def _begin(text: str, starts: int) -> int:
    """Step back to the beginning of a word; a word without end is cut."""
    first = max(0, starts - AROUND)
    space = SPACE.search(text, first, starts)
    return space.end() if first and space else first


def _end(text: str, ends: int) -> int:
    last = min(len(text), ends + AROUND)
    spaces = list(SPACE.finditer(text, ends, last))
    return spaces[-1].start() if last < len(text) and spaces else last


def told_once(hits: Iterable[RiskHit]) -> list[RiskHit]:
    """Return one hit of each word that was met."""
    found = {(hit.group_name, hit.kind, hit.word): hit for hit in hits}
    return list(found.values())


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch or overlap, in their order."""
    found: list[tuple[int, int]] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Cut a text at the ends of these spans, and mark what lies in one."""
    found: list[Piece] = []
    at = 0
    for starts, ends in merged(spans):
        found += [Piece(_unturned(text[at:starts])), Piece(_bare(text[starts:ends]), True)]
        at = ends
    return [piece for piece in [*found, Piece(_unturned(text[at:]))] if piece.text]


def _unturned(text: str) -> str:
    return TURNING.sub(lambda found: _named(found[0]), text)


def _bare(text: str) -> str:
    """Within a mark every character that is not seen is named: it was put there to deceive."""
    return "".join(_named(one) if unicodedata.category(one) == "Cf" else one for one in text)


def _named(character: str) -> str:
    return f"\u27e8U+{ord(character):04X}\u27e9"


def kind_of(hit: RiskHit) -> str:
    """Say what kind of word was met, as a sentence still to be translated."""
    return SHAPES.get(hit.word, KINDS["shape"]) if hit.kind == "shape" else KINDS[hit.kind]
