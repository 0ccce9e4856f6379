"""The company's own addresses: free to be sent, and the worst to be imitated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import ne

from support.risk.addresses import Span
from support.risk.folding import Reading, View, read
from support.risk.needles import Needles

# So many signs of either end are what people compare.
SHOWN = 4
# So many signs may differ in between for an address to pass for another.
CHANGED = 2
# What is shorter is no address, and anything would pass for it.
SHORTEST = 20
# An address in which few signs differ has at least one of so many pieces whole.
PIECES = CHANGED + 1


class Own:
    """Own addresses made ready: where they stand, and where something passes for one."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the addresses as they are written."""
        readings = [(text, read(text)) for text in texts]
        self._cased = Needles((one.cased.text, text) for text, one in readings)
        self._caseless = Needles(
            (one.squeezed.text, text)
            for text, one in readings
            if one.squeezed.text.startswith(("0x", "bc1"))
        )
        squeezed = [(text, one.squeezed.text) for text, one in readings]
        squeezed = [one for one in squeezed if len(one[1]) >= SHORTEST]
        self._pieces = Needles(piece for one in squeezed for piece in _pieces(*one))
        self._ends = _Ends(squeezed)

    def exact(self, reading: Reading) -> Iterator[tuple[View, Span]]:
        """Yield where an own address stands as it is; hexadecimal and bech32 have no case."""
        for needles, view in (
            (self._cased, reading.cased),
            (self._caseless, reading.squeezed),
        ):
            for _, start, end in needles.met_in(view.text):
                yield view, (start, end)

    def near(self, squeezed: str) -> Iterator[tuple[str, Span]]:
        """Yield what is imitated and where; an own address itself is among it."""
        yield from self._ends.met_in(squeezed)
        for (text, whole, offset), start, _ in self._pieces.met_in(squeezed):
            begins = start - offset
            window = squeezed[max(0, begins) : begins + len(whole)]
            if len(window) == len(whole) and sum(map(ne, window, whole)) <= CHANGED:
                yield text, (begins, begins + len(whole))


def _pieces(text: str, squeezed: str) -> Iterator[tuple[str, tuple[str, str, int]]]:
    size = len(squeezed) // PIECES
    for offset in range(0, size * PIECES, size):
        yield squeezed[offset : offset + size], (text, squeezed, offset)


class _Ends:
    """Own addresses by both their ends and their length."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._tails: dict[str, dict[tuple[int, str], str]] = {}
        for text, squeezed in pairs:
            known = self._tails.setdefault(squeezed[:SHOWN], {})
            known[len(squeezed), squeezed[-SHOWN:]] = text
        self._heads = Needles((head, head) for head in self._tails)

    def met_in(self, squeezed: str) -> Iterator[tuple[str, Span]]:
        """Yield what begins, ends and is as long as an own address."""
        for head, start, _ in self._heads.met_in(squeezed):
            known = self._tails[head]
            for length in {length for length, _ in known}:
                text = known.get((length, squeezed[start + length - SHOWN : start + length]))
                if text is not None:
                    yield text, (start, start + length)
