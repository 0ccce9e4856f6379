"""Notes and deeds of a thread, in one query: what stands between the messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    and_,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from support import access
from support.access import Look
from support.db import db
from support.models import Agent, Event, EventKind, Note
from support.views import timeline

MOST = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One note or one deed; `kind` is `note` or the event's."""

    kind: str
    id: int
    seq: int
    at: datetime
    conversation_id: int
    agent_id: int | None
    name: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)
    client_key: str | None = None

    @property
    def noun(self) -> str:
        """Which partial draws it."""
        return "note" if self.kind == "note" else "event"

    @property
    def sentence(self) -> str:
        """What was done."""
        return timeline.told(self.kind, self.name, self.data)

    @property
    def icon(self) -> str:
        """The picture beside the sentence."""
        return timeline.ICONS.get(self.kind, "info-circle")

    @property
    def who(self) -> str:
        """Who wrote, for keeping one writer's notes together."""
        return f"note-{self.agent_id}" if self.kind == "note" else "event"


def lines(agent: Agent, look: Look, *, above: int, below: int | None = None) -> list[Line]:
    """Return notes and deeds numbered over `above` and under `below`, and every handover."""
    wanted = union_all(_notes(agent, look, above, below), _events(agent, look, above, below))
    rows = db.session.execute(wanted.order_by("seq").limit(MOST))
    return [_line(*row) for row in rows]


def _line(*columns: Any) -> Line:
    kind, id_, seq, at, case, agent_id, name, text, data, key = columns
    return Line(kind, id_, seq, at, case, agent_id, name or "", text, data or {}, key)


def is_handover(line: Line, look: Look) -> bool:
    """Whether a line is a move of this very conversation."""
    moved = line.kind == EventKind.CONVERSATION_TRANSFERRED
    return moved and line.conversation_id == look.conversation.id


def _notes(agent: Agent, look: Look, above: int, below: int | None) -> Any:
    return (
        select(
            literal("note", String).label("kind"),
            Note.id,
            Note.seq.label("seq"),
            Note.created_at,
            Note.conversation_id,
            Note.agent_id,
            Agent.name,
            Note.text,
            cast(null(), JSON),
            Note.client_key,
        )
        .join(Agent, Agent.id == Note.agent_id)
        .where(
            Note.customer_id == look.conversation.customer_id,
            Note.conversation_id <= look.conversation.id,
            _between(Note.seq, above, below),
            access.visible(agent, Note),
        )
    )


def _events(agent: Agent, look: Look, above: int, below: int | None) -> Any:
    case = look.conversation
    return (
        select(
            Event.kind,
            Event.id,
            Event.seq,
            Event.at,
            Event.conversation_id,
            Event.by_id,
            Agent.name,
            literal("", String),
            Event.data,
            cast(null(), String),
        )
        .outerjoin(Agent, Agent.id == Event.by_id)
        .where(
            Event.customer_id == case.customer_id,
            Event.conversation_id <= case.id,
            or_(_between(Event.seq, above, below), _handover(case.id)),
            access.visible(agent, Event),
        )
    )


def _handover(case_id: int) -> ColumnElement[bool]:
    moved = Event.kind == EventKind.CONVERSATION_TRANSFERRED
    return and_(moved, Event.conversation_id == case_id)


def _between(seq: Any, above: int, below: int | None) -> ColumnElement[bool]:
    over = seq > above
    return over if below is None else and_(over, seq < below)
