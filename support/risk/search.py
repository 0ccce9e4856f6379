"""The search: the rules that one reading of a text meets, each in the view of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from support.refusals import N_
from support.risk.folding import Reading, View, plain_words
from support.risk.needles import Needles, needle, phrase_needle, plain_needle, stands_alone
from support.risk.own import Own
from support.risk.rule import Rule
from support.risk.shapes import Met, Shapes
from support.risk.spread import otherwise

IMITATION = N_("Look-alike of an own address")


class Search:
    """The rules of all lists, ready to be looked for at once."""

    def __init__(self, rules: Sequence[Rule], own: Iterable[str]) -> None:
        """Take the rules and the company's own addresses."""
        self._words, self._addresses, self._fragments = (
            Needles((needle(kind, one.text), one) for one in rules if one.kind == kind)
            for kind in ("word", "address", "fragment")
        )
        words = [one for one in rules if one.kind == "word"]
        self._phrases = Needles((phrase_needle(one.text), one) for one in words)
        self._plain = Needles((plain_needle(one.text), one) for one in words)
        self._shapes = Shapes(one for one in rules if one.kind == "shape")
        addresses = list(own)
        self.own = Own(addresses)
        self._imitations = {
            text: Rule(None, IMITATION, "lookalike", text, "block") for text in addresses
        }

    def met_in(self, reading: Reading) -> Iterator[Met]:
        """Yield every rule that a reading meets, and where."""
        for view in (reading.words, *otherwise(reading.words)):
            yield from _words(self._words, view)
        yield from _words(self._phrases, reading.phrases)
        if self._plain and not reading.given.isascii():
            yield from _words(self._plain, plain_words(reading.given))
        yield from _met(self._addresses, reading.squeezed)
        yield from _met(self._fragments, reading.cased)
        yield from self._shapes.met_in(reading)
        for text, (start, end) in self.own.near(reading.squeezed.text):
            yield self._imitations[text], reading.squeezed, start, end

    def met_backwards(self, reading: Reading) -> Iterator[Met]:
        """Yield the addresses that stand there from their end to their beginning."""
        yield from _met(self._addresses, reading.squeezed.backwards())
        yield from self._shapes.met_backwards(reading)


def _words(needles: Needles[Rule], words: View) -> Iterator[Met]:
    for rule, start, end in needles.met_in(words.text):
        if stands_alone(words.text, start, end):
            yield rule, words, start, end


def _met(needles: Needles[Rule], view: View) -> Iterator[Met]:
    return ((rule, view, start, end) for rule, start, end in needles.met_in(view.text))
