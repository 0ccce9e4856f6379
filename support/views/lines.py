"""Notes and deeds of a thread, in one query: what stands between the messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    asc,
    bindparam,
    cast,
    desc,
    func,
    literal,
    not_,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from support import access
from support.access import Asker, Look
from support.db import Big, run
from support.models import Agent, Alert, Event, EventKind, Note
from support.statements import LINE_END, one_of
from support.views import timeline

MOVES = (
    EventKind.CONVERSATION_TRANSFERRED,
    EventKind.CONVERSATION_ESCALATED,
    EventKind.CONVERSATION_RETURNED,
    EventKind.HANDOVER_LAPSED,
)
MENTIONED = aliased(Agent)
MOST = 400
LAST = 2**62


@dataclass(frozen=True, slots=True)
class Line:
    """One note or one deed; `kind` is `note` or the event's, `data` its parts or facts."""

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
    mentions: str | None = None

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


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between messages: the lines here, and every move of this very conversation.

    `cut` is the number of the first line that there was no room for.
    """

    here: list[Line]
    handovers: list[Line]
    cut: int | None = None


def window(agent: Agent, look: Look, *, above: int, below: int) -> Between:
    """Return the newest notes and deeds numbered from `above` to `below`."""
    return _between(agent, look, above, below, newest=True)


def changes(agent: Agent, look: Look, *, above: int, below: int) -> Between:
    """Return the oldest notes and deeds numbered from `above` to `below`."""
    return _between(agent, look, above, below, newest=False)


def _between(agent: Agent, look: Look, above: int, below: int, *, newest: bool) -> Between:
    case = look.conversation
    rows = run(
        _between_messages(access.asker(agent), newest),
        access.values(agent, customer=case.customer_id, case=case.id, above=above, below=below),
    )
    found = sorted((_line(*row) for row in rows), key=lambda line: line.seq, reverse=newest)
    here = [line for line in found if above <= line.seq <= below]
    moves = sorted((line for line in found if is_handover(line, look)), key=lambda line: line.seq)
    return Between(here[:MOST], moves, here[MOST].seq if len(here) > MOST else None)


def _line(*columns: Any) -> Line:
    kind, id_, seq, at, case, agent_id, name, text, data, *others = columns
    return Line(kind, id_, seq, at, case, agent_id, name or "", text, data or {}, *others)


def is_handover(line: Line, look: Look) -> bool:
    """Whether a line is a move of this very conversation."""
    return line.kind in MOVES and line.conversation_id == look.conversation.id


CUSTOMER, CASE = bindparam("customer", type_=Big), bindparam("case", type_=Big)
ABOVE, BELOW = bindparam("above", type_=Big), bindparam("below", type_=Big)


@cache
def _between_messages(who: Asker, newest: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """The lines of the stretch, so many of them, and the moves that stand outside of it."""
    order = desc("seq") if newest else asc("seq")
    inside = Event.seq.between(ABOVE, BELOW)
    here = union_all(_notes(who), _events(who, inside)).order_by(order).limit(MOST + 1).subquery()
    moved = one_of(Event.kind, MOVES)
    return union_all(
        select(here), _events(who, and_(moved, Event.conversation_id == CASE, not_(inside)))
    )


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
            Note.parts,
            Note.client_key,
            _mentions(),
        )
        .outerjoin(Agent, Agent.id == Note.agent_id)
        .where(
            Note.customer_id == CUSTOMER,
            Note.conversation_id <= CASE,
            Note.seq.between(ABOVE, BELOW),
            access.visible(who, Note, opened=CASE),
        )
    )


def _mentions() -> ColumnElement[str]:
    """The names of those whom the note told, a line each."""
    here = and_(Alert.conversation_id == Note.conversation_id, Alert.note_id == Note.id)
    names = select(func.aggregate_strings(MENTIONED.name, LINE_END)).select_from(Alert)
    told = names.join(MENTIONED, MENTIONED.id == Alert.agent_id).where(here)
    return told.correlate(Note).scalar_subquery()


def _events(who: Asker, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
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
            cast(null(), String),
        )
        .outerjoin(Agent, Agent.id == Event.by_id)
        .where(
            Event.customer_id == CUSTOMER,
            Event.conversation_id <= CASE,
            which,
            access.visible(who, Event, opened=CASE),
        )
    )
