"""Which reasons a customer's words point to: their phrases, kept ready per list."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from support.db import db
from support.models import EscalationReason, Phrase, Project
from support.reasons.fold import fold
from support.reasons.phrase import Pattern, pattern

# A longer text is read as far as this.
READ = 4_096
KEPT = 64
Ready = tuple[tuple[int, str, tuple[Pattern, ...]], ...]
_kept: dict[str, Ready] = {}


@dataclass(frozen=True, slots=True)
class Match:
    """A reason (its id and what the project does about it) and the phrase that was met."""

    reason_id: int
    mode: str
    phrase: str


def matches(project: Project, text: str) -> list[Match]:
    """Return the reasons that a text points to, in the list's order, each once."""
    folded = fold(text[:READ])
    if not folded or not project.reasons_stamp:
        return []
    found = (
        Match(reason_id, mode, met.text)
        for reason_id, mode, patterns in _ready(project)
        if (met := next((one for one in patterns if one.found_in(folded)), None))
    )
    return list(found)


def _ready(project: Project) -> Ready:
    """Return the project's list made ready; each state of a list has a stamp of its own."""
    ready = _kept.get(project.reasons_stamp)
    if ready is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        ready = _kept[project.reasons_stamp] = _load(project.id)
    return ready


def _load(project_id: int) -> Ready:
    rows = (
        select(EscalationReason.id, EscalationReason.mode, Phrase.folded, Phrase.text)
        .join(Phrase, Phrase.reason_id == EscalationReason.id)
        .where(EscalationReason.project_id == project_id, EscalationReason.removed_at.is_(None))
        .order_by(EscalationReason.position, EscalationReason.id, Phrase.id)
    )
    found: dict[int, tuple[str, list[Pattern]]] = {}
    for reason_id, mode, folded, text in db.session.execute(rows):
        found.setdefault(reason_id, (mode, []))[1].append(pattern(folded, text))
    return tuple((reason_id, mode, tuple(rest)) for reason_id, (mode, rest) in found.items())
