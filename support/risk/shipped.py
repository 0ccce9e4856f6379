"""The groups of risk words that are recommended to begin with: any of them can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.refusals import N_
from support.risk.rule import Rule

WORDS = Path(__file__).with_name("shipped.txt")


@dataclass(frozen=True, slots=True)
class Shipped:
    """One group as it is recommended; its `lines` are pairs of kind and text."""

    key: str
    name: str
    action: str = "confirm"

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return what the group looks for."""
        return _lines()[self.key]


GROUPS = (
    Shipped("addresses", N_("Payment addresses")),
    Shipped("profit", N_("Promised profit")),
    Shipped("private", N_("Payment to a person")),
    Shipped("secrets", N_("Asking for secrets")),
)


def rules() -> list[Rule]:
    """Return all recommended lines as the matcher takes them; `group_id` counts the groups."""
    return [
        Rule(number, group.name, kind, text, group.action)
        for number, group in enumerate(GROUPS, start=1)
        for kind, text in group.lines
    ]


@cache
def _lines() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the lines per group; a line names its kind, and its words may be a choice of many."""
    found: dict[str, list[tuple[str, str]]] = {}
    key = ""
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            key = line.strip("[]")
        elif line and not line.startswith("#"):
            kind, _, text = line.partition(" ")
            found.setdefault(key, []).extend((kind, one) for one in _spelt_out(text))
    return {key: tuple(dict.fromkeys(lines)) for key, lines in found.items()}


def _spelt_out(text: str) -> list[str]:
    """Return every text that choices in parentheses allow: `(send|give) me` is two."""
    head, opened, rest = text.partition("(")
    if not opened:
        return [text]
    choices, _, tail = rest.partition(")")
    ends = _spelt_out(tail)
    return [f"{head}{choice}{end}" for choice in choices.split("|") for end in ends]
