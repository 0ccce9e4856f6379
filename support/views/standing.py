"""What stands on a conversation beside its thread, in one query: tags and suggestions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, cast, literal, null, select, union_all
from sqlalchemy.sql import CompoundSelect

from support.access import Look
from support.db import Big, db
from support.models import Agent, EscalationReason, Suggestion, Tag, Tagging
from support.views.lines import CASE

Line = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Worn:
    """A tag that the conversation wears, who put it there and when."""

    id: int
    name: str
    colour: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pointer:
    """A suggestion: the reason that the customer's words point to, and the words."""

    id: int
    reason_id: int | None
    reason: str
    phrase: str
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on the conversation now."""

    tags: list[Worn] = field(default_factory=list[Worn])
    suggestions: list[Pointer] = field(default_factory=list[Pointer])


def read(look: Look) -> Standing:
    """Read what stands on a conversation; who had to let it go gets nothing of it."""
    if look.left is not None:
        return Standing()
    rows = db.session.execute(_standing(), {"case": look.conversation.id}).all()
    return Standing(
        sorted(map(_worn, _of("tag", rows)), key=lambda tag: tag.at),
        sorted(map(_pointer, _of("suggestion", rows)), key=lambda one: one.id),
    )


def _of(noun: str, rows: Any) -> list[Row[*tuple[Any, ...]]]:
    return [row for row in rows if row.noun == noun]


def _worn(row: Row[*tuple[Any, ...]]) -> Worn:
    return Worn(row.id, row.name, row.word, row.text or "", row.at)


def _pointer(row: Row[*tuple[Any, ...]]) -> Pointer:
    return Pointer(row.id, row.ref, row.name or "", row.text, row.word)


@cache
def _standing() -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(_tags(), _suggestions())


def _tags() -> Line:
    line = _line("tag", Tag.id, name=Tag.name, word=Tag.colour, text=Agent.name, at=Tagging.at)
    joined = line.select_from(Tagging).join(Tag, Tag.id == Tagging.tag_id)
    return joined.outerjoin(Agent, Agent.id == Tagging.by_id).where(
        Tagging.conversation_id == CASE, Tagging.ended_at.is_(None)
    )


def _suggestions() -> Line:
    line = _line(
        "suggestion",
        Suggestion.id,
        ref=Suggestion.reason_id,
        name=EscalationReason.name,
        word=Suggestion.kind,
        text=Suggestion.phrase,
        at=Suggestion.raised_at,
    )
    joined = line.select_from(Suggestion).outerjoin(
        EscalationReason, EscalationReason.id == Suggestion.reason_id
    )
    return joined.where(Suggestion.conversation_id == CASE, Suggestion.settled_at.is_(None))


def _line(noun: str, number: Any, **columns: Any) -> Line:
    empty: dict[str, ColumnElement[Any]] = {"ref": cast(null(), Big), "name": literal("")}
    names = ("ref", "name", "word", "text", "at")
    found = [columns.get(name, empty.get(name)).label(name) for name in names]
    return select(literal(noun).label("noun"), number.label("id"), *found)
