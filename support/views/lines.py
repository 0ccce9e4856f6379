"""Notes and deeds of a thread, in one query: what stands between the messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from support import access
from support.access import Asker, Look
from support.db import Big, db
from support.models import Agent, Event, EventKind, Note
from support.views import timeline

MOST = 400
LAST = 2**62


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


def lines(agent: Agent, look: Look, *, above: int, below: int = LAST) -> list[Line]:
    """Return notes and deeds numbered from `above` to `below`, and every handover."""
    case = look.conversation
    rows = db.session.execute(
        _between_messages(access.asker(agent)),
        access.values(agent, customer=case.customer_id, case=case.id, above=above, below=below),
    )
    return [_line(*row) for row in rows]


def _line(*columns: Any) -> Line:
    kind, id_, seq, at, case, agent_id, name, text, data, key = columns
    return Line(kind, id_, seq, at, case, agent_id, name or "", text, data or {}, key)


def is_handover(line: Line, look: Look) -> bool:
    """Whether a line is a move of this very conversation."""
    moved = line.kind == EventKind.CONVERSATION_TRANSFERRED
    return moved and line.conversation_id == look.conversation.id


CUSTOMER, CASE = bindparam("customer", type_=Big), bindparam("case", type_=Big)
ABOVE, BELOW = bindparam("above", type_=Big), bindparam("below", type_=Big)


@cache
def _between_messages(who: Asker) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(_notes(who), _events(who)).order_by("seq").limit(MOST)


def _notes(who: Asker) -> Select[*tuple[Any, ...]]:
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
            Note.customer_id == CUSTOMER,
            Note.conversation_id <= CASE,
            Note.seq.between(ABOVE, BELOW),
            access.visible(who, Note),
        )
    )


def _events(who: Asker) -> Select[*tuple[Any, ...]]:
    moved = Event.kind == EventKind.CONVERSATION_TRANSFERRED
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
            Event.customer_id == CUSTOMER,
            Event.conversation_id <= CASE,
            or_(Event.seq.between(ABOVE, BELOW), and_(moved, Event.conversation_id == CASE)),
            access.visible(who, Event),
        )
    )
