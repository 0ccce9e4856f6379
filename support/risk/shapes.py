"""What is known by its form alone: addresses, links, phone numbers and handles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from support.risk import addresses
from support.risk.addresses import Span
from support.risk.folding import ADDRESS_SIGNS, Reading, View
from support.risk.rule import Rule

# Endings that people put behind a dot; of others a link needs its scheme.
ENDINGS = (
    "com|net|org|io|me|app|xyz|info|biz|co|cc|cn|ru|vip|top|site|online|shop|live|pro|club|link|"
    "click|finance|exchange|wallet|win|gg|ly|tv|dev|ai|id|hk|sg|uk|us|eu|de|fr|in|jp|kr|tw|vn|th"
)
LINK = re.compile(
    r"(?:https?|tg|ftp) ?: ?/ ?/ ?[^\s<>]{3,200}"
    rf"|(?<![a-z0-9@.-])(?:[a-z0-9-]{{1,63}}\.){{1,9}}(?:{ENDINGS})(?![a-z0-9-])(?:/[^\s<>]{{0,200}})?"
)
HANDLE = re.compile(r"(?<![\w@.])@[a-z][a-z0-9_]{3,31}|(?<!\w)(?:t|telegram)\.me/\+?\w{4,40}")
PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9](?:[ ().-]{0,2}\d){7,14}(?!\w)"
    r"|(?<!\w)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\w)"
    r"|(?<!\w)\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\w)"
)
# A word of an address's length with a digit here and there: its checksum was broken on purpose,
# or went with the case of its letters.
BROKEN = re.compile(r"(?<![a-z0-9])t(?=(?:[a-z]*\d){3})[a-z0-9]{33}(?![a-z0-9])")
WRITTEN = {"trc20": BROKEN, "link": LINK, "handle": HANDLE, "phone": PHONE}
Met = tuple[Rule, View, int, int]


class Shapes:
    """The rules that name a shape."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Take the rules, several of one shape too."""
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.text, []).append(rule)

    def met_in(self, reading: Reading) -> Iterator[Met]:
        """Yield every shape that a reading has."""
        for name, pattern in WRITTEN.items():
            if name in self._rules:
                spans = (one.span() for one in pattern.finditer(reading.words.text))
                yield from self._met(name, reading.words, spans)
        if "erc20" in self._rules:
            yield from self._met("erc20", reading.squeezed, _erc20(reading))
        yield from self._summed(reading.cased, reading.squeezed)

    def met_backwards(self, reading: Reading) -> Iterator[Met]:
        """Yield the addresses that begin at the end of a word and are read towards its start."""
        cased, shown = reading.cased.backwards(), reading.shown
        return self._summed(
            cased,
            reading.squeezed.backwards(),
            lambda place: shown.after(cased.at[place]) not in ADDRESS_SIGNS,
        )

    def _summed(
        self, cased: View, squeezed: View, places: Callable[[int], bool] | None = None
    ) -> Iterator[Met]:
        """Yield the addresses whose checksum is right."""
        if not self._rules.keys().isdisjoint(addresses.VERSIONS.values()):
            for version, span in addresses.base58(cased.text, places):
                yield from self._met(addresses.VERSIONS[version], cased, [span])
        if "btc" in self._rules:
            yield from self._met("btc", squeezed, addresses.segwit(squeezed.text))

    def _met(self, name: str, view: View, spans: Iterable[Span]) -> Iterator[Met]:
        rules = self._rules.get(name, ())
        return ((rule, view, start, end) for start, end in spans for rule in rules)


def _erc20(reading: Reading) -> Iterator[Span]:
    """Yield the addresses that are not the beginning of a hash written in one go."""
    words, squeezed = reading.words, reading.squeezed
    found = list(addresses.erc20(squeezed.text))
    spans = addresses.hashes(words.text) if found else []
    hashes = [(words.at[start], words.at[end - 1]) for start, end in spans]
    for start, end in found:
        begins, last = squeezed.at[start], squeezed.at[end - 1]
        if not any(first <= begins and last <= final for first, final in hashes):
            yield start, end
