"""Which reasons a customer's words point to: their phrases, kept ready per list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from support.db import db
from support.models import EscalationReason, Phrase, Project
from support.reasons.phrase import Pattern, heads, pattern, read

# A longer text is read as far as this.
READ = 4_096
KEPT = 64
_kept: dict[str, Ready] = {}


@dataclass(frozen=True, slots=True)
class Match:
    """A reason (its id and what the project does about it) and the phrase that was met."""

    reason_id: int
    mode: str
    phrase: str


class Ready:
    """A project's list made ready; its phrases are filed under the beginnings of their words."""

    def __init__(self, rows: Iterable[tuple[int, str, Pattern]]) -> None:
        """Take the rows (reason, mode, phrase) in the list's order."""
        self.rows = list(rows)
        self.filed: dict[str, list[int]] = {}
        for number, (_, _, one) in enumerate(self.rows):
            for head in one.heads:
                self.filed.setdefault(head, []).append(number)

    def met_in(self, text: str) -> list[Match]:
        """Return the reasons that a text points to, in the list's order, each once."""
        said = read(text)
        found: dict[int, Match] = {}
        for number in sorted(self._near(said)):
            reason_id, mode, one = self.rows[number]
            if reason_id not in found and one.found_in(said):
                found[reason_id] = Match(reason_id, mode, one.text)
        return list(found.values())

    def _near(self, said: str) -> set[int]:
        """Return which phrases may occur: their rarest word begins as one of the text's does."""
        return {number for head in heads(said) for number in self.filed.get(head, ())}


def matches(project: Project, text: str) -> list[Match]:
    """Return the reasons that a text points to, in the list's order, each once."""
    return _ready(project).met_in(text[:READ]) if project.reasons_stamp else []


def _ready(project: Project) -> Ready:
    """Return the project's list made ready; each state of a list has a stamp of its own."""
    ready = _kept.get(project.reasons_stamp)
    if ready is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        ready = _kept[project.reasons_stamp] = Ready(_rows(project.id))
    return ready


def _rows(project_id: int) -> Iterator[tuple[int, str, Pattern]]:
    rows = (
        select(EscalationReason.id, EscalationReason.mode, Phrase.folded, Phrase.text)
        .join(Phrase, Phrase.reason_id == EscalationReason.id)
        .where(EscalationReason.project_id == project_id, EscalationReason.removed_at.is_(None))
        .order_by(EscalationReason.position, EscalationReason.id, Phrase.id)
    )
    for reason_id, mode, folded, text in db.session.execute(rows):
        yield reason_id, mode, pattern(folded, text)
