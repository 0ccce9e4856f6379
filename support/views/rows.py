"""The lists of the inbox: light rows, newest first, paged by the last row's instant and id.

A view is made of strands, each of which reads one index in order; their union is cut once
more by what the agent may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    union_all,
)

from support import access
from support.access import Asker
from support.db import Big, UTCDateTime, db
from support.models import Agent, Conversation, Customer, Message, Project, Role
from support.refusals import NotFound
from support.views.frame import Place
from support.views.thread import EPOCH, micros

VIEWS = ("mine", "unassigned", "all", "resolved")
PAGE = 30
MOST = 200
PREVIEW = 160

RUNNING, RESOLVED = ~Conversation.is_resolved, Conversation.is_resolved
NEWEST = (Conversation.last_message_at.desc(), Conversation.id.desc())
BEGINNING = (datetime(9000, 1, 1, tzinfo=UTC), 0)

Query = Select[*tuple[Any, ...]]
Named = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list shows: a view, perhaps of one project, from a place on, so many rows."""

    view: str = "mine"
    project: int | None = None
    before: str = ""
    count: int = PAGE

    @property
    def args(self) -> dict[str, object]:
        """What stands in the address; the default view needs no word."""
        view: dict[str, object] = {} if self.view == "mine" else {"view": self.view}
        return view if self.project is None else view | {"project": self.project}

    @property
    def query(self) -> str:
        """Return the same as the end of an address."""
        return f"?{urlencode(self.args)}" if self.args else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of the list, and where the next page begins."""

    rows: list[Named]
    after: str


def page(agent: Agent, chosen: Chosen, projects: Sequence[Place]) -> Page:
    """Return the chosen rows of the list that this agent may see."""
    if chosen.view not in VIEWS:
        raise NotFound
    known = [project.id for project in projects if chosen.project in (None, project.id)]
    read = known if chosen.view == "unassigned" else [p for p in known if watches(agent, p)]
    count = max(1, min(chosen.count, MOST))
    at, last = _cursor(chosen.before)
    asked = {f"p{number}": project for number, project in enumerate(read)}
    asked |= {"at": at, "last": last, "count": count + 1, "project": chosen.project}
    filtered = chosen.project is not None
    query = _list(access.asker(agent), chosen.view, len(read), filtered)
    found = (
        db.session.execute(query, access.values(agent, **asked)).all() if query is not None else []
    )
    return Page(list(found[:count]), _mark(found[count - 1]) if len(found) > count else "")


@cache
def _list(who: Asker, view: str, projects: int, filtered: bool) -> Query | None:
    strands = _strands(who, view, projects)
    if not strands:
        return None
    if filtered:
        strands = [
            and_(strand, Conversation.project_id == bindparam("project")) for strand in strands
        ]
    return (
        _columns()
        .where(
            Conversation.id.in_(union_all(*map(_newest, strands))),
            access.visible_conversations(who),
        )
        .order_by(*NEWEST)
        .limit(bindparam("count"))
    )


def _strands(who: Asker, view: str, projects: int) -> list[ColumnElement[bool]]:
    """Return conditions that each keep to one index; `p0`, `p1` are the projects that are read."""
    own = Conversation.assignee_id == who.id
    here = [Conversation.project_id == bindparam(f"p{number}") for number in range(projects)]
    match view:
        case "mine":
            return [and_(own, RUNNING)]
        case "unassigned":
            return [and_(one, Conversation.assignee_id.is_(None), RUNNING) for one in here]
        case "all":
            return [and_(one, RUNNING) for one in here]
        case _:
            return [and_(own, RESOLVED), *(and_(one, RESOLVED) for one in here)]


def _newest(strand: ColumnElement[bool]) -> Query:
    at, last = bindparam("at", type_=UTCDateTime), bindparam("last", type_=Big)
    same = and_(Conversation.last_message_at == at, Conversation.id < last)
    before = or_(Conversation.last_message_at < at, same)
    ids = select(Conversation.id).where(strand, before)
    return select(ids.order_by(*NEWEST).limit(bindparam("count")).subquery().c.id)


def watches(agent: Agent, project_id: int) -> bool:
    """Whether the agent sees everything of this project."""
    return access.role_in(agent, project_id) in ("owner", *access.WATCHERS)


def watches_any(agent: Agent) -> bool:
    """Whether there is anything in "All" for this agent."""
    roles = {member.role for member in agent.memberships}
    return agent.is_owner or bool(roles & {Role.SUPERVISOR, Role.AUDITOR})


def _columns() -> Query:
    said = func.substr(Message.text, 1, PREVIEW)
    return (
        select(
            Conversation.id,
            Conversation.status,
            Conversation.tier,
            Conversation.assignee_id,
            Conversation.last_message_at,
            Conversation.unread_count,
            Customer.id.label("customer_id"),
            _name().label("name"),
            Customer.blocked_at,
            Project.name.label("project"),
            Project.timezone.label("zone"),
            Agent.name.label("holder"),
            said.label("said"),
            Message.kind,
            Message.direction,
            Message.agent_id,
            Message.deleted_at,
            Message.failed_at,
        )
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Project, Project.id == Conversation.project_id)
        .outerjoin(Agent, Agent.id == Conversation.assignee_id)
        .outerjoin(Message, Message.id == Conversation.last_message_id)
    )


def _name() -> ColumnElement[str]:
    """Say in SQL what `Customer.name` says of a row."""
    full = func.trim(Customer.first_name + " " + Customer.last_name)
    number = cast(Customer.telegram_id, String)
    return func.coalesce(func.nullif(full, ""), func.nullif(Customer.username, ""), number)


def _mark(row: Named) -> str:
    return f"{micros(row.last_message_at)}-{row.id}"


def _cursor(mark: str) -> tuple[datetime, int]:
    """Read a place in the list; what is no place is the list's beginning."""
    at, _, last = mark.partition("-")
    if not (at.isdecimal() and last.isdecimal() and len(at) < 17 and len(last) < 19):
        return BEGINNING
    return EPOCH + timedelta(microseconds=int(at)), int(last)
