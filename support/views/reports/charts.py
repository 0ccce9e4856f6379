"""Charts: bars and lines as numbers of a drawing; the template only writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 720.0, 200.0
LEFT, BOTTOM, TOP = 44.0, 30.0, 10.0
LABELS = 10


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one name; None leaves a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar (x, y, width, height) or a point of a line, and what it says."""

    series: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over the same labels, drawn as bars beside each other or as lines.

    `sheet` is the key of the table that says the same; `unit` is the kind of its values.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    sheet: str
    lines: bool = False
    unit: str = "count"

    @property
    def most(self) -> float:
        """The upper end of the scale: a round number above every value."""
        found = [value for one in self.series for value in one.values if value is not None]
        return nice(max(found, default=0.0))

    @property
    def ticks(self) -> list[tuple[float, float]]:
        """The lines of the scale: value and height on the page."""
        parts = (0.0, 0.25, 0.5, 0.75, 1.0)
        if self.unit == "count" and self.most % 4:
            parts = (0.0, 0.5, 1.0) if self.most % 2 == 0 else (0.0, 1.0)
        return [(self.most * part, self._y(self.most * part)) for part in parts]

    @property
    def marks(self) -> list[Mark]:
        """Every value as a bar, or as a point of its line."""
        return [
            self._mark(number, at, value)
            for number, one in enumerate(self.series)
            for at, value in enumerate(one.values)
            if value is not None
        ]

    @property
    def strokes(self) -> list[tuple[int, float, float, float, float]]:
        """The lines between neighbouring points; none over a gap."""
        found: list[tuple[int, float, float, float, float]] = []
        for number, one in enumerate(self.series):
            for (at, here), (then, there) in pairwise(enumerate(one.values)):
                if here is not None and there is not None:
                    ends = (self._middle(at), self._y(here), self._middle(then), self._y(there))
                    found.append((number, *ends))
        return found

    @property
    def named(self) -> list[tuple[float, str]]:
        """The labels that fit under it, and where they stand."""
        step = max(1, -(-len(self.labels) // LABELS))
        return [(self._middle(at), self.labels[at]) for at in range(0, len(self.labels), step)]

    def _mark(self, number: int, at: int, value: float) -> Mark:
        wide = self._slot * 0.76 / len(self.series)
        left = LEFT + self._slot * (at + 0.12) + wide * number
        x, width = (self._middle(at), 0.0) if self.lines else (left, wide)
        y = self._y(value)
        return Mark(number, x, y, width, HEIGHT - BOTTOM - y, self.labels[at])

    @property
    def _slot(self) -> float:
        return (WIDTH - LEFT) / max(1, len(self.labels))

    def _middle(self, at: int) -> float:
        return LEFT + self._slot * (at + 0.5)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / self.most

    def value(self, mark: Mark) -> float:
        """Return what a mark stands for, read from its height."""
        return (HEIGHT - BOTTOM - mark.y) / (HEIGHT - BOTTOM - TOP) * self.most


def nice(value: float) -> float:
    """Return the next round number: 1, 2, 4, 5, 8 or 10 times a power of ten; of nothing 1."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= value)
