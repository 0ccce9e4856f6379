"""What a text says that needs care: the rules of a list, found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KEPT_CASE = ("fragment",)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a list; a `group_id` of None is an alarm of the desk's own."""

    group_id: int | None
    group: str
    kind: str
    text: str
    action: str
    four_eyes: bool = False
    only_escalated: bool = False
    flags_incoming: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that a text met, at these characters; `why` names how it was seen."""

    rule: Rule
    starts: int
    ends: int
    why: str


class Matcher:
    """A list made ready."""

    def __init__(self, rules: Iterable[Rule], own: Iterable[str] = ()) -> None:
        """Take the rules, and the addresses that are the company's own."""
        self._rules = list(rules)
        self._own = frozenset(own)

    def scan(self, text: str, *, before: str = "") -> list[Found]:
        """Return what a text says, also together with what was said before it."""
        said, begins = before + text, len(before)
        return [
            Found(rule, max(starts - begins, 0), ends - begins, "")
            for rule in self._rules
            for starts, ends in _places(rule, said)
            if ends > begins
        ]


def _places(rule: Rule, said: str) -> Iterator[tuple[int, int]]:
    """Yield where a rule is met: words by their letters, addresses also across spaces."""
    fold = str if rule.kind in KEPT_CASE else str.casefold
    kept = [n for n, sign in enumerate(said) if rule.kind == "word" or sign.isalnum()]
    read, word = fold("".join(said[n] for n in kept)), fold(rule.text)
    at = read.find(word)
    while at >= 0:
        yield kept[at], kept[at + len(word) - 1] + 1
        at = read.find(word, at + 1)
