"""The lists of the inbox: light rows, newest first, paged by the last row's instant and id.

A view is made of strands, each of which reads one index in order; their union is cut once
more by what the agent may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from support import access
from support.db import db
from support.models import Agent, Conversation, Customer, Message, Project, Role
from support.refusals import NotFound
from support.views.thread import EPOCH, micros

VIEWS = ("mine", "unassigned", "all", "resolved")
PAGE = 30
MOST = 200
PREVIEW = 160
MOST_COUNTED = 100

# Written out, not bound: only so does SQLite recognize the partial indexes.
RUNNING = Conversation.status != literal_column("'resolved'")
RESOLVED = Conversation.status == literal_column("'resolved'")


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


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of the list, and where the next page begins."""

    rows: list[Row[*tuple[Any, ...]]]
    after: str


def page(agent: Agent, chosen: Chosen, projects: Sequence[Row[*tuple[Any, ...]]]) -> Page:
    """Return the chosen rows of the list that this agent may see."""
    strands = _strands(agent, chosen, [project.id for project in projects])
    if not strands:
        return Page([], "")
    count = max(1, min(chosen.count, MOST))
    cursor = _cursor(chosen.before)
    ids = union_all(*(_newest(strand, cursor, count + 1) for strand in strands))
    found = db.session.execute(
        _columns()
        .where(Conversation.id.in_(ids), access.visible_conversations(agent))
        .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
        .limit(count + 1)
    ).all()
    rows = list(found[:count])
    return Page(rows, _mark(rows[-1]) if len(found) > count else "")


def _strands(agent: Agent, chosen: Chosen, known: list[int]) -> list[ColumnElement[bool]]:
    """Return conditions that each keep to one index."""
    own = Conversation.assignee_id == agent.id
    watched = [project for project in known if watches(agent, project)]
    match chosen.view:
        case "mine":
            strands = [and_(own, RUNNING)]
        case "unassigned":
            waits = and_(Conversation.assignee_id.is_(None), RUNNING)
            strands = [and_(Conversation.project_id == project, waits) for project in known]
        case "all":
            strands = [and_(Conversation.project_id == project, RUNNING) for project in watched]
        case "resolved":
            watching = [and_(Conversation.project_id == p, RESOLVED) for p in watched]
            strands = [and_(own, RESOLVED), *watching]
        case _:
            raise NotFound
    if chosen.project is None:
        return strands
    return [and_(strand, Conversation.project_id == chosen.project) for strand in strands]


def watches(agent: Agent, project_id: int) -> bool:
    """Whether the agent sees everything of this project."""
    return access.role_in(agent, project_id) in ("owner", *access.WATCHERS)


def watches_any(agent: Agent) -> bool:
    """Whether there is anything in "All" for this agent."""
    roles = {member.role for member in agent.memberships}
    return agent.is_owner or bool(roles & {Role.SUPERVISOR, Role.AUDITOR})


def _newest(
    strand: ColumnElement[bool], cursor: tuple[datetime, int] | None, count: int
) -> Select[*tuple[Any, ...]]:
    ids = select(Conversation.id).where(strand)
    if cursor is not None:
        at, last = cursor
        same = and_(Conversation.last_message_at == at, Conversation.id < last)
        ids = ids.where(or_(Conversation.last_message_at < at, same))
    ids = ids.order_by(Conversation.last_message_at.desc(), Conversation.id.desc()).limit(count)
    return select(ids.subquery().c.id)


def _columns() -> Select[*tuple[Any, ...]]:
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


def _mark(row: Row[*tuple[Any, ...]]) -> str:
    return f"{micros(row.last_message_at)}-{row.id}"


def _cursor(mark: str) -> tuple[datetime, int] | None:
    """Read a place in the list; what is no place is the list's beginning."""
    at, _, last = mark.partition("-")
    if not (at.isdecimal() and last.isdecimal() and len(at) < 18 and len(last) < 19):
        return None
    return EPOCH + timedelta(microseconds=int(at)), int(last)


def my_projects(agent: Agent) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return id and name of the projects in which the agent has a place."""
    query = select(Project.id, Project.name).order_by(Project.name)
    if not agent.is_owner:
        query = query.where(Project.id.in_(access.own_projects(agent)))
    return db.session.execute(query).all()


def waiting(agent: Agent) -> int:
    """Count the conversations that wait for somebody, up to a hundred."""
    waits = (
        select(Conversation.id)
        .where(Conversation.assignee_id.is_(None), RUNNING, access.visible_conversations(agent))
        .limit(MOST_COUNTED)
    )
    return db.session.scalar(select(func.count()).select_from(waits.subquery())) or 0
