"""The audit log as one reader may read it: what he asks for, in pages, and in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from support import access
from support.access import Grant, Right
from support.audit.chain import ERASED
from support.db import db
from support.models import Agent, AuditLink, Event, Membership
from support.refusals import NotFound
from support.views import i18n, timeline
from support.views.asked import number
from support.views.thread import EPOCH, micros
from support.views.wanted import FAMILIES, Asked, kinds_of

Column = InstrumentedAttribute[Any]
Narrow = Callable[[Any], ColumnElement[bool]]
PAGE = 50
DESK = "desk"
COLUMNS = (
    *(Event.id, Event.kind, Event.at, Event.by_id, Event.project_id, Event.conversation_id),
    *(Event.address, Event.data, Agent.name.label("by"), AuditLink.number.label("link")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is read."""

    row: Row[*tuple[Any, ...]]

    @property
    def sentence(self) -> str:
        """What was done."""
        return timeline.told(self.row.kind, self.row.by or "", self.row.data)

    @property
    def key(self) -> str:
        """Where the page after this entry begins."""
        return f"{micros(self.row.at)}-{self.row.id}"

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What was changed: its name, before and after."""
        changed = self.row.data.get("changed")
        if not isinstance(changed, dict):
            return []
        pairs: Mapping[str, Any] = changed
        found = [(name, pair) for name, pair in pairs.items() if is_pair(pair)]
        return [(name, plain(before), plain(after)) for name, (before, after) in found]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Everything else that is kept of it."""
        data: Mapping[str, Any] = self.row.data
        return [(name, plain(value)) for name, value in data.items() if name != "changed"]


def is_pair(value: Any) -> bool:
    """Whether this is what was before and what is after."""
    return isinstance(value, list) and len(value) == 2


def plain(value: Any) -> str:
    """Write a fact for people."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return "—"
    if isinstance(value, dict):
        if value.keys() == {ERASED}:
            return _("(erased)")
        return ", ".join(f"{name}: {plain(one)}" for name, one in value.items())
    return ", ".join(map(plain, value)) if isinstance(value, list | tuple) else str(value)


def scope(agent: Agent) -> list[int] | None:
    """Return the projects whose log an agent reads; None for the whole workspace."""
    if agent.is_owner:
        return None
    places = agent.memberships
    return [one.project_id for one in places if access.grant(Right.AUDIT, one.role) is Grant.YES]


def page(agent: Agent, asked: Asked, *, before: str = "", most: int = PAGE) -> list[Entry]:
    """Return the newest entries that are asked for, or those before one; and one more.

    Their places are found first, by the indexes alone: sorting whole rows costs ten times that.
    """
    found = select(Event.at, Event.id).where(*_narrowed(asked, _own(agent, asked.project)))
    if asked.since:
        found = found.where(Event.at >= _midnight(asked.since))
    if asked.until:
        found = found.where(Event.at < _midnight(asked.until + timedelta(days=1)))
    if (last := _place(before)) is not None:
        found = found.where(tuple_(Event.at, Event.id) < last)
    newest = found.order_by(Event.at.desc(), Event.id.desc()).limit(most + 1).subquery()
    return [Entry(row) for row in db.session.execute(_whole(newest))]


def _whole(places: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(*COLUMNS)
        .join(places, places.c.id == Event.id)
        .outerjoin(Agent, Agent.id == Event.by_id)
        .outerjoin(AuditLink, AuditLink.event_id == Event.id)
        .order_by(Event.at.desc(), Event.id.desc())
    )


def everything(agent: Agent, asked: Asked, *, stretch: int = 500) -> Iterator[Sequence[Entry]]:
    """Give all entries that are asked for, a stretch at a time."""
    before = ""
    while found := page(agent, asked, before=before, most=stretch):
        yield found[:stretch]
        if len(found) <= stretch:
            return
        before = found[stretch - 1].key


def _own(agent: Agent, project: int | None) -> list[int] | None:
    """Return the projects to read; None for everything. Refuses one that is not the reader's."""
    own = scope(agent)
    if project is None:
        return own
    if own is not None and project not in own:
        raise NotFound
    return [project]


def _narrowed(asked: Asked, own: list[int] | None) -> list[ColumnElement[bool]]:
    """Return what narrows the log, the narrowest first: by that one's index SQLite shall look.

    It knows not how common a value is, and would mostly begin with a project.
    """
    wanted: list[tuple[Column, Narrow]] = []
    if asked.conversation is not None:
        wanted.append((Event.conversation_id, lambda one: one == asked.conversation))
    if asked.address:
        wanted.append((Event.address, lambda one: and_(one == asked.address, one != "")))
    if asked.who:
        who = None if asked.who == DESK else number(asked.who) or 0
        wanted.append((Event.by_id, lambda one: one.is_(None) if who is None else one == who))
    if asked.kinds:
        kinds = sorted({kind for name in asked.kinds for kind in kinds_of(name)})
        wanted.append((Event.kind, lambda one: one.in_(kinds)))
    if own is not None:
        wanted.append((Event.project_id, lambda one: one.in_(own)))
    first, others = wanted[:1], wanted[1:]
    return [*(fits(one) for one, fits in first), *(fits(_plainly(one)) for one, fits in others)]


def _plainly(column: Column) -> Any:
    """Return a column's value for which SQLite asks no index."""
    if db.engine.dialect.name != "sqlite":
        return column
    return literal_column(f"+event.{column.key}", column.type)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, i18n.here())


def _place(before: str) -> tuple[datetime, int] | None:
    at, _dash, id_ = before.partition("-")
    instant, event = number(at), number(id_)
    if instant is None or event is None or instant > 10**16:
        return None
    return EPOCH + timedelta(microseconds=instant), event


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every kind with its words, by families, for the form."""
    return [(name, [(kind, timeline.named(kind)) for kind in kinds_of(name)]) for name in FAMILIES]


def _colleagues(own: Sequence[int]) -> Select[int]:
    return select(Membership.agent_id).where(Membership.project_id.in_(own))


def writers(agent: Agent) -> Sequence[Agent]:
    """Return whose deeds can be asked for: everybody, or who has a place in one's projects."""
    own, rows = scope(agent), select(Agent).order_by(Agent.name)
    if own is not None:
        rows = rows.where(or_(Agent.id.in_(_colleagues(own)), Agent.role == "owner"))
    return db.session.scalars(rows).all()
