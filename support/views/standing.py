"""What stands on a conversation until somebody changes it: its tags, and what its words point to.

Lines of the one query of `support.views.around`, in its columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Row, Select, String, cast, func, literal, null, select

from support.db import UTCDateTime
from support.models import (
    Agent,
    EscalationReason,
    Message,
    RiskWordGroup,
    Suggestion,
    Tag,
    Tagging,
)
from support.views.lines import CASE

QUOTED = 160
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
    """A suggestion: what the customer's words point to, and the beginning of them.

    It points to a reason, or by its `kind` to a group of risk words.
    """

    id: int
    reason_id: int | None
    reason: str
    words: str
    kind: str


def worn(rows: list[Row[*tuple[Any, ...]]]) -> list[Worn]:
    """Return the tags in the order in which they were put on."""
    found = [Worn(row.id, row.name, row.word, row.text, row.at) for row in rows]
    return sorted(found, key=lambda tag: (tag.at, tag.id))


def pointers(rows: list[Row[*tuple[Any, ...]]]) -> list[Pointer]:
    """Return the suggestions, the earliest first."""
    found = [Pointer(row.id, row.agent_id, row.name, row.text, row.word) for row in rows]
    return sorted(found, key=lambda one: one.id)


def tags() -> Line:
    """Select what the conversation wears; `text` is who put it there."""
    by = func.coalesce(Agent.name, "")
    line = _line("tag", Tag.id, Tagging.by_id, Tag.name, Tag.colour, by, Tagging.at)
    joined = line.select_from(Tagging).join(Tag, Tag.id == Tagging.tag_id)
    return joined.outerjoin(Agent, Agent.id == Tagging.by_id).where(
        Tagging.conversation_id == CASE, Tagging.ended_at.is_(None)
    )


def suggestions() -> Line:
    """Select what is proposed; the place of an agent's number is the reason's."""
    one, reason = Suggestion, func.coalesce(EscalationReason.name, RiskWordGroup.name, "")
    words = func.substr(Message.text, 1, QUOTED)
    line = _line("suggestion", one.id, one.reason_id, reason, one.kind, words, one.raised_at)
    said = line.select_from(one).join(Message, Message.id == one.message_id)
    joined = said.outerjoin(EscalationReason, EscalationReason.id == one.reason_id)
    joined = joined.outerjoin(RiskWordGroup, RiskWordGroup.id == one.risk_group_id)
    return joined.where(one.conversation_id == CASE, one.settled_at.is_(None))


def _line(what: str, number: Any, ref: Any, *name_word_text_at: Any) -> Line:
    name, word, text, at = name_word_text_at
    empty: list[ColumnElement[Any]] = [cast(null(), UTCDateTime), cast(null(), JSON)]
    return select(literal(what, String), number, ref, name, word, literal(0), text, at, *empty)
