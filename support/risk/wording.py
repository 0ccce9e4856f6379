"""What a risk word may be, and what to say of one that is doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select

from support.db import db
from support.models import RiskWord
from support.models.risk import KINDS, SHAPES
from support.refusals import (
    N_,
    BadChoice,
    Refusal,
    RiskShapeUnknown,
    RiskWordEmpty,
    RiskWordsMissing,
    RiskWordTooLong,
)
from support.risk.needles import is_findable

WORD_LIMIT = 255
# Shorter ones are met by chance; of 4 characters, 0.05 times in a million (measured).
SURE_FRAGMENT = 4
BY_CHANCE = N_("“%(word)s” has fewer than 4 characters: it would match by chance.")
ONE_LETTER = N_("“%(word)s” is a single character: it would match often.")
NO_ADDRESS = N_("“%(word)s” is too short for an address. For a part of one, choose “fragment”.")
SHORTEST_ADDRESS = 20


def cleaned(text: str) -> str:
    """Return a word as it is kept: without outer space, inner space as one."""
    return " ".join(text.split())


def checked(kind: str, lines: Iterable[str]) -> list[str]:
    """Return what a list of lines says, each once; refuse the first line that is unfit."""
    if kind not in KINDS:
        raise BadChoice(value=kind)
    found: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        if text := cleaned(line):
            if no := refusal(kind, text, line=number):
                raise no
            found[text] = None
    if not found:
        raise RiskWordsMissing
    return list(found)


def refusal(kind: str, text: str, *, line: int) -> Refusal | None:
    """Return why this cannot be a word of that kind; None when it can."""
    if kind == "shape" and text not in SHAPES:
        return RiskShapeUnknown(line=line, text=text, shapes=", ".join(SHAPES))
    if len(text) > WORD_LIMIT:
        return RiskWordTooLong(line=line, length=len(text), limit=WORD_LIMIT)
    if not is_findable(kind, text):
        return RiskWordEmpty(line=line)
    return None


def doubt(kind: str, text: str) -> str | None:
    """Return the sentence of what is doubtful about a word; None when nothing is."""
    size = sum(char.isalnum() for char in text)
    if kind == "fragment" and size < SURE_FRAGMENT:
        return BY_CHANCE
    if kind == "word" and len(text) == 1 and text.isascii():
        return ONE_LETTER
    if kind == "address" and size < SHORTEST_ADDRESS:
        return NO_ADDRESS
    return None


def search(group_id: int, asked: str, *, limit: int) -> list[RiskWord]:
    """Return the words of a group that hold what was asked for, shapes aside, the latest first."""
    rows = select(RiskWord).where(RiskWord.group_id == group_id, RiskWord.kind != "shape")
    if asked:
        rows = rows.where(RiskWord.text.icontains(asked, autoescape=True))
    return list(db.session.scalars(rows.order_by(RiskWord.id.desc()).limit(limit)))


def by_ids(group_id: int, ids: Iterable[int]) -> list[RiskWord]:
    """Return those of these words that are the group's."""
    rows = select(RiskWord).where(RiskWord.group_id == group_id, RiskWord.id.in_(list(ids)))
    return list(db.session.scalars(rows.order_by(RiskWord.id)))


def counts(group_ids: list[int]) -> dict[int, dict[str, int]]:
    """Count the words of each of these groups by kind."""
    rows = (
        select(RiskWord.group_id, RiskWord.kind, func.count())
        .where(RiskWord.group_id.in_(group_ids))
        .group_by(RiskWord.group_id, RiskWord.kind)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for group_id, kind, count in db.session.execute(rows):
        found[group_id][kind] = count
    return found
