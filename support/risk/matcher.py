"""The matcher: which rules a text meets, where, and in what disguise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from support.refusals import N_
from support.risk.addresses import Span
from support.risk.folding import MERGED
from support.risk.own import Own
from support.risk.rule import Found, Rule
from support.risk.search import Met, Search
from support.risk.spellings import AS_WRITTEN, BACKWARDS, OVERRIDE, Spelling, spellings

__all__ = ["Found", "Matcher", "Rule"]

SIMILAR = N_("other case, or signs that look alike")
SPREAD = N_("signs set between the letters")
SPLIT = N_("begun in an earlier message")
HIDDEN = N_("a sign that turns the direction of writing")

DIRECTION = Rule(None, N_("Hidden direction of writing"), "direction", "", "confirm")
# Of one rule no more places than this are told.
PLACES = 20
# No rule is longer: a match that ends later begins among so many letters and digits.
BEFORE = 300


class Matcher:
    """The rules of a project made ready, and its own addresses, which are exempt from them."""

    def __init__(self, rules: Iterable[Rule], own: Iterable[str] = ()) -> None:
        """Take the lines of all lists; this is the slow part."""
        self.rules = tuple(dict.fromkeys(rules))
        self._search = Search(self.rules, own)

    def scan(self, text: str, *, before: str = "") -> list[Found]:
        """Return where the rules are met, in the order of the text.

        `before` is what was said just before to the same customer: a match may begin there, but
        must end in this text. Of it only the last 300 letters and digits are read.
        """
        said = f"{_tail(before)}\n{text}" if before else text
        scan = Scan(said, len(said) - len(text))
        for spelling in spellings(said):
            reading = spelling.reading
            scan.exempt(spelling, self._search.own)
            scan.take(spelling, self._search.met_in(reading))
            if spelling.why != BACKWARDS:
                scan.take(spelling, self._search.met_backwards(reading), BACKWARDS)
        if self.rules:
            scan.hidden()
        return scan.result()


class Scan:
    """What is found in one text so far; matches that end before `cut` are not this message's."""

    def __init__(self, said: str, cut: int) -> None:
        """Begin with nothing found."""
        self.said = said
        self.cut = cut
        # By the identity of the rule, which the matcher keeps: hashing its texts takes longer.
        self._found: dict[tuple[int, int, int], tuple[Rule, str]] = {}
        self._counts: Counter[int] = Counter()
        self._own: dict[int, Span] = {}

    def exempt(self, spelling: Spelling, own: Own) -> None:
        """Remember which places belong to an own address."""
        for view, (start, end) in own.exact(spelling.reading):
            span = spelling.span(view.at, start, end)
            self._own.update(dict.fromkeys(range(*span), span))

    def take(self, spelling: Spelling, met: Iterable[Met], why: str = "") -> None:
        """Keep what is not within an own address, each place of a rule once."""
        for rule, view, start, end in met:
            if self._counts[id(rule)] >= PLACES:
                continue
            span = spelling.span(view.at, start, end)
            if span[1] > self.cut and (rule.kind == "word" or not self._is_own(*span)):
                seen = view.text[start:end]
                self._keep(rule, span, why or self._why(spelling, rule.kind, seen, span))

    def _is_own(self, begins: int, ends: int) -> bool:
        start, end = self._own.get(begins, (0, 0))
        return start <= begins < ends <= end

    def _keep(self, rule: Rule, span: Span, why: str) -> None:
        key = id(rule), *span
        if key not in self._found and self._counts[id(rule)] < PLACES:
            self._counts[id(rule)] += 1
            self._found[key] = rule, why

    def _why(self, spelling: Spelling, kind: str, seen: str, span: Span) -> str:
        """Say in what disguise it was found: the one that hid it most."""
        begins, ends = span
        raw = self.said[begins:ends]
        if spelling.why != AS_WRITTEN:
            return spelling.why
        if begins < self.cut:
            return SPLIT
        if len(raw) != len(seen):
            return SPREAD
        return AS_WRITTEN if _is_plain(kind, raw, seen) else SIMILAR

    def hidden(self) -> None:
        """Keep where the direction of writing is overruled: nobody does so in good faith."""
        for one in OVERRIDE.finditer(self.said, self.cut):
            self._keep(DIRECTION, one.span(), HIDDEN)

    def result(self) -> list[Found]:
        """Return what was found, in the order of the text."""
        found = (
            Found(rule, max(0, begins - self.cut), ends - self.cut, why)
            for (_, begins, ends), (rule, why) in self._found.items()
        )
        return sorted(found, key=lambda one: (one.starts, one.ends))


def _is_plain(kind: str, raw: str, seen: str) -> bool:
    """Whether a text is what a view has of it, but for its case and what the view merges."""
    merged = {} if kind == "word" else MERGED
    return raw.casefold().translate(merged) == seen.casefold().translate(merged)


def _tail(before: str) -> str:
    """Return the end of a text that holds so many letters and digits, whatever is in between."""
    places = (place for place in range(len(before) - 1, -1, -1) if before[place].isalnum())
    return before[next(islice(places, BEFORE - 1, None), 0) :]
