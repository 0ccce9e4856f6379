"""The audit log as one reader may read it: what he asks for, in pages, and in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, tuple_
from werkzeug.datastructures import MultiDict

from support import access
from support.access import Grant, Right
from support.audit.chain import ERASED
from support.db import db
from support.models import Agent, AuditLink, Event, EventKind, Membership
from support.refusals import N_, NotFound
from support.views import i18n, timeline
from support.views.asked import in_field, number
from support.views.thread import EPOCH, micros

PAGE = 50
DESK = "desk"
FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "conversations": (
        N_("Conversations"),
        (
            *("conversation", "handover", "tier", "collaborator", "lead", "suggestion"),
            *("resolution", "reply", "customer"),
        ),
    ),
    "words": (N_("Messages and notes"), ("message", "note")),
    "people": (
        N_("People and logins"),
        ("agent", "login", "member", "invitation"),
    ),
    "settings": (
        N_("Settings"),
        ("workspace", "project", "bot", "group", "calendar", "sla", "reason", "tag"),
    ),
    "risk": (N_("Internal control"), ("risk", "own_address")),
    "audit": (N_("Audit log"), ("audit",)),
}
COLUMNS = (
    *(Event.id, Event.kind, Event.at, Event.by_id, Event.project_id, Event.conversation_id),
    *(Event.address, Event.data, Agent.name.label("by"), AuditLink.number.label("link")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks the log for; nothing narrows it by default."""

    who: str = ""
    kinds: tuple[str, ...] = ()
    project: int | None = None
    conversation: int | None = None
    since: date | None = None
    until: date | None = None
    address: str = ""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Asked:
        """Read it from an address; what makes no sense narrows nothing."""
        return cls(
            who=args.get("who", ""),
            kinds=tuple(kind for kind in args.getlist("kind") if _kinds(kind)),
            project=in_field(args, "project"),
            conversation=in_field(args, "conversation"),
            since=_date(args.get("since", "")),
            until=_date(args.get("until", "")),
            address=args.get("address", "").strip(),
        )

    @property
    def args(self) -> dict[str, Any]:
        """Return it as an address says it."""
        given = {"who": self.who, "kind": self.kinds, "project": self.project}
        given |= {"conversation": self.conversation, "address": self.address}
        given |= {"since": self.since, "until": self.until}
        return {name: value for name, value in given.items() if value}


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
    """Return the newest entries that are asked for, or those before one; and one more."""
    query = _asked(agent, asked)
    if (last := _place(before)) is not None:
        query = query.where(tuple_(Event.at, Event.id) < last)
    rows = db.session.execute(query.limit(most + 1)).all()
    return [Entry(row) for row in rows]


def everything(agent: Agent, asked: Asked, *, stretch: int = 500) -> Iterator[Sequence[Entry]]:
    """Give all entries that are asked for, a stretch at a time."""
    before = ""
    while found := page(agent, asked, before=before, most=stretch):
        yield found[:stretch]
        if len(found) <= stretch:
            return
        before = found[stretch - 1].key


def _asked(agent: Agent, asked: Asked) -> Select[*tuple[Any, ...]]:
    return (
        select(*COLUMNS)
        .outerjoin(Agent, Agent.id == Event.by_id)
        .outerjoin(AuditLink, AuditLink.event_id == Event.id)
        .where(*_narrowed(asked), *_own(agent, asked.project))
        .order_by(Event.at.desc(), Event.id.desc())
    )


def _own(agent: Agent, project: int | None) -> list[ColumnElement[bool]]:
    own = scope(agent)
    if project is not None:
        if own is not None and project not in own:
            raise NotFound
        return [Event.project_id == project]
    return [] if own is None else [Event.project_id.in_(own)]


def _narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    wanted = [_by(asked.who)] if asked.who else []
    if asked.kinds:
        kinds = {kind for name in asked.kinds for kind in _kinds(name)}
        wanted.append(Event.kind.in_(sorted(kinds)))
    if asked.conversation is not None:
        wanted.append(Event.conversation_id == asked.conversation)
    if asked.address:
        wanted.append(and_(Event.address == asked.address, Event.address != ""))
    if asked.since:
        wanted.append(Event.at >= _midnight(asked.since))
    if asked.until:
        wanted.append(Event.at < _midnight(asked.until + timedelta(days=1)))
    return wanted


def _by(who: str) -> ColumnElement[bool]:
    return Event.by_id.is_(None) if who == DESK else Event.by_id == (number(who) or 0)


def _kinds(name: str) -> list[str]:
    """Return the kinds of a family, or the one of this name."""
    if name in FAMILIES:
        prefixes = FAMILIES[name][1]
        return [kind.value for kind in EventKind if kind.partition(".")[0] in prefixes]
    return [name] if name in set(EventKind) else []


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


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
    return [(name, [(kind, timeline.named(kind)) for kind in _kinds(name)]) for name in FAMILIES]


def _colleagues(own: Sequence[int]) -> Select[int]:
    return select(Membership.agent_id).where(Membership.project_id.in_(own))


def writers(agent: Agent) -> Sequence[Agent]:
    """Return whose deeds can be asked for: everybody, or who has a place in one's projects."""
    own, rows = scope(agent), select(Agent).order_by(Agent.name)
    if own is not None:
        rows = rows.where(or_(Agent.id.in_(_colleagues(own)), Agent.role == "owner"))
    return db.session.scalars(rows).all()
