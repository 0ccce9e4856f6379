"""Phrases: the words of a customer that point to a reason, and how they are found in a text.

`refund` is a word, `refund*` any word that begins so, `refund|money` either of them,
`last_night` two words side by side, and `<not>` any word of a family (`families.txt`). `…`
stands for a few words in between, within one sentence; `+` joins what may stand anywhere in
the message, in any order; a sentence with `-word` does not count. Scripts without spaces are
found inside a run of letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from support.reasons.families import FAMILY, family, folded_word
from support.reasons.fold import UNSPACED, fold, spelt, weight
from support.refusals import PhraseFamilyUnknown, PhraseTooLong, PhraseTooShort

GAP, AND, WITHOUT = "…", "+", "-"
LIMIT = 255
LEAST_WEIGHT = 3
# Letters that a gap may span, between words and inside a run of letters; two gaps at most,
# so that a hostile text cannot make the search long.
GAPS, WORDS_APART, SIGNS_APART = 2, 30, 15
ENDING = 12
RUN = re.compile(f"[{UNSPACED}]")
SENTENCES = " | "


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A phrase made ready: all its parts are found, in sentences without what it excludes."""

    text: str
    heads: frozenset[str]
    parts: tuple[str, ...]
    without: str

    def found_in(self, said: str) -> bool:
        """Whether the phrase occurs in a text as `read` gives it."""
        if not self._occurs_in(said):
            return False
        if not self.without:
            return True
        excluded = _compiled(self.without)
        kept = (one for one in said.split(SENTENCES) if not excluded.search(one))
        return self._occurs_in(SENTENCES.join(kept))

    def _occurs_in(self, said: str) -> bool:
        return all(_compiled(part).search(said) for part in self.parts)


@lru_cache(4_096)
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


def read(text: str) -> str:
    """Return a customer's text as phrases are looked for."""
    return spelt(fold(text))


def heads(folded: str) -> set[str]:
    """Return how the words of a text begin: only phrases with such a word are looked for."""
    found = {word[:length] for word in folded.split() for length in (1, 2, 3)}
    if not folded.isascii():
        found.update(folded[at : at + 2] for at in range(len(folded)))
        found.update(folded)
    return found


def fold_phrase(text: str) -> str:
    """Return a phrase as it is compared; refuse one that fits nearly everything, or is endless."""
    words = text.replace("...", GAP).replace(GAP, f" {GAP} ").split()
    kept = [word for word in words if not word.startswith(WITHOUT)]
    parts = [_folded_part(part) for part in _split(kept, AND)]
    parts = [part for part in parts if part]
    excluded = [_folded_choice(word[1:]) for word in words if word.startswith(WITHOUT)]
    folded = f" {AND} ".join(parts)
    if sum(_weight(token) for token in _tokens(folded)) < LEAST_WEIGHT:
        raise PhraseTooShort(text=text.strip())
    folded = " ".join([folded, *(WITHOUT + one for one in excluded if one)])
    if max(len(folded), len(text)) > LIMIT or words.count(GAP) > GAPS:
        raise PhraseTooLong(limit=LIMIT, gaps=GAPS)
    return folded


def _split(words: list[str], mark: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == mark:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _folded_part(words: list[str]) -> str:
    pieces = (" ".join(filter(None, map(_folded_choice, one))) for one in _split(words, GAP))
    return f" {GAP} ".join(filter(None, pieces))


def _folded_choice(token: str) -> str:
    """Fold each word of a choice; what mixes scripts stays in one piece."""
    words = [_folded_word(word) for word in token.split("|")]
    return "|".join(dict.fromkeys(word for word in words if word.strip("*")))


def _folded_word(word: str) -> str:
    if not FAMILY.fullmatch(word):
        return folded_word(word)
    if not family(word):
        raise PhraseFamilyUnknown(name=word)
    return word


def _tokens(folded: str) -> list[str]:
    return [token for token in folded.split() if token not in (GAP, AND)]


def words_of(token: str) -> list[str]:
    """Return the words of a choice, those of its families among them."""
    return [word for one in token.split("|") for word in family(one) or (one,)]


def _weight(token: str) -> int:
    return min(weight(word) for word in words_of(token))


@lru_cache(4_096)
def pattern(folded: str, text: str) -> Pattern:
    """Make a folded phrase ready for searching; `text` is the phrase as it was written."""
    words = folded.split()
    kept = [word for word in words if not word.startswith(WITHOUT)]
    parts = tuple(_regex(part) for part in _split(kept, AND))
    without = [_choice(word[1:]) for word in words if word.startswith(WITHOUT)]
    rarest = max(_tokens(" ".join(kept)), key=_weight)
    return Pattern(text, frozenset(map(_head, words_of(rarest))), parts, "|".join(without))


def _head(word: str) -> str:
    """Return how a text's word begins that this one fits; see `heads`."""
    first = spelt(word.rstrip("*")).split("_")[0]
    return first[: 2 if RUN.match(first) else 3]


def _regex(words: list[str]) -> str:
    """Join the pieces of a part; a gap is shorter where words are not set apart."""
    apart = SIGNS_APART if any(map(RUN.search, map(_choice, words))) else WORDS_APART
    pieces = [" ?".join(map(_choice, piece)) for piece in _split(words, GAP)]
    return f"[^|]{{0,{apart}}}?".join(pieces)


@lru_cache(4_096)
def _choice(token: str) -> str:
    return f"(?:{'|'.join(map(_word, words_of(token)))})"


def _word(word: str) -> str:
    stem = spelt(word.rstrip("*"))
    begins = "" if RUN.match(stem) else r"(?<!\S)"
    found = " ?".join(map(re.escape, stem.split("_")))
    if word.endswith("*"):
        return rf"{begins}{found}[^\s|]{{0,{ENDING}}}"
    return begins + found + ("" if RUN.match(stem[-1]) else r"(?!\S)")
