"""What stands around a thread: who is at it, what came with it, where it could go, tags and drafts.

All of it in one query, since every session page asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    CompoundSelect,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    literal,
    null,
    select,
    union_all,
)

from support.access import Look
from support.conversations import waits_for_acceptance
from support.db import Big, UTCDateTime, run
from support.models import (
    Agent,
    Assignment,
    Conversation,
    Draft,
    Group,
    Handover,
    LeadRequest,
    Note,
)
from support.sla.countdown import Countdown
from support.views import standing, ticking
from support.views.lines import CASE
from support.views.standing import Pointer, Worn

ME = bindparam("me", type_=Big)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at the conversation; `asked_at` is since when he asks for the lead."""

    agent_id: int
    name: str
    leads: bool
    since: datetime
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of the conversation; `waits` while nobody has accepted it."""

    id: int
    kind: str
    to_id: int | None
    waits: bool
    note: str
    parts: dict[str, Any]
    due_at: datetime | None

    def minutes_left(self, now: datetime) -> int:
        """Return how many minutes are left to accept it, counted up."""
        return max(0, -int((now - self.due_at).total_seconds() // 60)) if self.due_at else 0


@dataclass(frozen=True, slots=True)
class Level:
    """One group of the project."""

    id: int
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Around:
    """Everything around one thread; only the drafts for who had to let it go."""

    drafts: dict[str, str]
    team: list[Present] = field(default_factory=list[Present])
    moves: list[Moved] = field(default_factory=list[Moved])
    group: Level | None = None
    above: list[Level] = field(default_factory=list[Level])
    tags: list[Worn] = field(default_factory=list[Worn])
    suggestions: list[Pointer] = field(default_factory=list[Pointer])
    due: Countdown | None = None

    @property
    def joined(self) -> list[Present]:
        """Who is at the conversation without leading it."""
        return [one for one in self.team if not one.leads]

    @property
    def pending(self) -> Moved | None:
        """The move that somebody has on his desk and has not accepted."""
        return next((one for one in reversed(self.moves) if one.waits and one.to_id), None)

    @property
    def brief(self) -> Moved | None:
        """The last move with a note: what whoever holds it now was told."""
        return next((one for one in reversed(self.moves) if one.note), None)

    def is_with(self, agent_id: int) -> Present | None:
        """Return this agent's place at the conversation."""
        return next((one for one in self.team if one.agent_id == agent_id), None)

    def is_returnable(self, agent_id: int) -> bool:
        """Whether the last move brought it to this agent, by somebody's deed; the verb decides."""
        moved = any(one.kind != "auto" for one in self.moves)
        return moved and self.moves[-1].to_id == agent_id


def read(agent_id: int, look: Look) -> Around:
    """Read what stands around a thread, as far as this look goes."""
    conversation = look.conversation
    asked = {"me": agent_id, "case": conversation.id, "project": conversation.project_id}
    query = _drafts() if look.left is not None else _everything()
    kinds: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in run(query, asked):
        kinds.setdefault(row[0], []).append(row)
    drafts = {row.word: row.text for row in kinds.get("draft", [])}
    groups = _sorted(kinds.get("group", []))
    return _around(conversation, drafts, kinds, [Level(g.id, g.name, g.number) for g in groups])


def _around(
    conversation: Conversation,
    drafts: dict[str, str],
    kinds: dict[str, list[Row[*tuple[Any, ...]]]],
    levels: list[Level],
) -> Around:
    here = next((one for one in levels if one.id == conversation.group_id), None)
    least = here.level if here else 1
    above = [one for one in levels if one.level > least]
    team = [
        Present(row.agent_id, row.name, row.word == "assignee", row.at, row.until)
        for row in _sorted(kinds.get("present", []))
    ]
    moves = [
        Moved(row.id, row.word, row.agent_id, row.number == 1, row.text, row.data or {}, row.until)
        for row in _sorted(kinds.get("move", []))
    ]
    by_level = sorted(above, key=lambda one: (one.level, one.id))
    tags = standing.worn(kinds.get("tag", []))
    pointed = standing.pointers(kinds.get("suggestion", []))
    due = ticking.read(kinds.get("clock", []))
    return Around(drafts, team, moves, here, by_level, tags, pointed, due)


def _sorted(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    return sorted(rows, key=lambda row: row.id)


@cache
def _everything() -> CompoundSelect[*tuple[Any, ...]]:
    lines = (_present(), _drafts(), _moves(), _groups())
    return union_all(*lines, standing.tags(), standing.suggestions(), ticking.clock())


def _present() -> Select[*tuple[Any, ...]]:
    """The first of the union: its columns name and type those of all."""
    asks = and_(
        LeadRequest.conversation_id == Assignment.conversation_id,
        LeadRequest.agent_id == Assignment.agent_id,
        LeadRequest.settled_at.is_(None),
    )
    return (
        select(
            literal("present", String).label("what"),
            Assignment.id.label("id"),
            Assignment.agent_id.label("agent_id"),
            Agent.name.label("name"),
            Assignment.role.label("word"),
            literal(0, Integer).label("number"),
            literal("", String).label("text"),
            Assignment.started_at.label("at"),
            LeadRequest.asked_at.label("until"),
            cast(null(), JSON).label("data"),
        )
        .join(Agent, Agent.id == Assignment.agent_id)
        .outerjoin(LeadRequest, asks)
        .where(Assignment.conversation_id == CASE, Assignment.ended_at.is_(None))
    )


@cache
def _drafts() -> Select[*tuple[Any, ...]]:
    return select(
        literal("draft", String).label("what"),
        Draft.id,
        Draft.agent_id,
        literal("", String).label("name"),
        Draft.mode.label("word"),
        literal(0, Integer).label("number"),
        Draft.text.label("text"),
        Draft.updated_at.label("at"),
        cast(null(), UTCDateTime).label("until"),
        cast(null(), JSON).label("data"),
    ).where(Draft.agent_id == ME, Draft.conversation_id == CASE)


def _moves() -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("move", String),
            Handover.id,
            Handover.to_agent_id,
            literal("", String),
            Handover.kind,
            case((waits_for_acceptance(), 1), else_=0),
            Note.text,
            Handover.asked_at,
            Handover.due_at,
            Note.parts,
        )
        .outerjoin(Note, Note.id == Handover.note_id)
        .where(Handover.conversation_id == CASE)
    )


def _groups() -> Select[*tuple[Any, ...]]:
    return select(
        literal("group", String),
        Group.id,
        cast(null(), Big),
        Group.name,
        literal("", String),
        Group.level,
        literal("", String),
        cast(null(), UTCDateTime),
        cast(null(), UTCDateTime),
        cast(null(), JSON),
    ).where(Group.project_id == bindparam("project", type_=Big), Group.removed_at.is_(None))
