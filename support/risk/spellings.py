"""Other orders and encodings of a text: percent signs decoded, hidden direction followed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from support.refusals import N_
from support.risk.folding import Reading, read

AS_WRITTEN = N_("as written")
DECODED = N_("percent signs decoded")
BACKWARDS = N_("read from right to left")

# Right-to-left and left-to-right override: what follows is shown in another order.
OVERRIDE = re.compile("[\u202d\u202e]")
RUN = re.compile("\u202e([^\u202c\u202d\u202e\n]*)")
PERCENT = re.compile("(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way to read a text; sign n of `text` stands for the stretch starts[n] to ends[n]."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    why: str
    reading: Reading

    def span(self, at: Sequence[int], start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the text as given behind a stretch of a view."""
        first, last = at[start], at[end - 1]
        begins = min(self.starts[first], self.starts[last])
        return begins, max(self.ends[first], self.ends[last])


def spellings(text: str) -> Iterator[Spelling]:
    """Yield the ways to read a text, as it is written first."""
    for order, why in _orders(text):
        spelt = "".join(map(text.__getitem__, order)) if why != AS_WRITTEN else text
        ends = range(1, len(text) + 1) if why == AS_WRITTEN else [place + 1 for place in order]
        one = Spelling(spelt, order, ends, why, read(spelt))
        yield one
        if PERCENT.search(one.reading.shown.text):
            yield _decoded(one)


def _orders(text: str) -> Iterator[tuple[Sequence[int], str]]:
    """Yield in what order the signs may be seen."""
    places = range(len(text))
    yield places, AS_WRITTEN
    if OVERRIDE.search(text):
        order = list(places)
        for run in RUN.finditer(text):
            start, end = run.span(1)
            order[start:end] = reversed(places[start:end])
        yield order, BACKWARDS


def _decoded(one: Spelling) -> Spelling:
    """Decode what stands in percent signs, once."""
    shown = one.reading.shown
    text, starts, ends = "", list[int](), list[int]()
    last = 0
    for run in [*PERCENT.finditer(shown.text), None]:
        until = run.start() if run else len(shown.text)
        plain = shown.at[last:until]
        text += shown.text[last:until]
        starts += [one.starts[place] for place in plain]
        ends += [one.ends[place] for place in plain]
        if run:
            said = unquote(run[0], errors="replace")
            first, final = shown.at[run.start()], shown.at[run.end() - 1]
            text += said
            starts += [one.starts[first]] * len(said)
            ends += [one.ends[final]] * len(said)
            last = run.end()
    return Spelling(text, starts, ends, DECODED, read(text))
