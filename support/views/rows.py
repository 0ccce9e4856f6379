"""The lists of the inbox: light rows, newest first, paged by the last row's instant and id.

A view is made of strands, each of which reads one index in order; their union is cut once
more by what the agent may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    case,
    cast,
    exists,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from support import access, tags
from support.access import Asker
from support.db import Big, run
from support.models import (
    Agent,
    Conversation,
    Customer,
    Group,
    Message,
    Project,
    Role,
    SlaClock,
    SlaPolicy,
    Suggestion,
    Tag,
    Tagging,
)
from support.refusals import NotFound
from support.sla import countdown
from support.statements import LINE_END
from support.views import orders
from support.views.frame import Place
from support.views.orders import Order, Part

VIEWS = ("mine", "unassigned", "all", "resolved")
PAGE = 30
MOST = 200
PREVIEW = 160

RUNNING, RESOLVED = ~Conversation.is_resolved, Conversation.is_resolved
FILTERS = {
    "project": Conversation.project_id == bindparam("project", type_=Big),
    "group": Conversation.group_id == bindparam("group", type_=Big),
    "tag": tags.wearing(bindparam("tag", type_=Big)),
}

Query = Select[*tuple[Any, ...]]
Named = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list shows: a view, perhaps of one project, group or tag, and from where on."""

    view: str = "mine"
    project: int | None = None
    group: int | None = None
    tag: int | None = None
    order: str = ""
    before: str = ""
    count: int = PAGE

    @property
    def filters(self) -> dict[str, int]:
        """What narrows the view."""
        wanted = {name: getattr(self, name) for name in FILTERS}
        return {name: value for name, value in wanted.items() if value is not None}

    @property
    def args(self) -> dict[str, object]:
        """What stands in the address; the default view needs no word."""
        view: dict[str, object] = {} if self.view == "mine" else {"view": self.view}
        order: dict[str, object] = {"order": self.order} if self.order else {}
        return view | self.filters | order

    def but(self, **others: Any) -> Chosen:
        """Return the same choice from its beginning, but for this."""
        return replace(self, before="", **others)

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
    order = orders.of(chosen.view, chosen.order)
    asked = {f"p{number}": project for number, project in enumerate(read)}
    asked |= {"count": count + 1} | chosen.filters | order.place(chosen.before)
    query = _list(access.asker(agent), chosen.view, order, len(read), frozenset(chosen.filters))
    found = run(query, access.values(agent, **asked)).all() if query is not None else []
    return Page(list(found[:count]), order.mark(found[count - 1]) if len(found) > count else "")


@cache
def _list(
    who: Asker, view: str, order: Order, projects: int, filters: frozenset[str]
) -> Query | None:
    narrow = [FILTERS[name] for name in sorted(filters)]
    strands = [and_(one, *narrow) for one in _strands(who, view, projects)]
    firsts = [_first(part, strand) for strand in strands for part in order.parts]
    if not firsts:
        return None
    return (
        _columns()
        .where(Conversation.id.in_(union_all(*firsts)), access.visible_conversations(who))
        .order_by(*order.by)
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


def _first(part: Part, strand: ColumnElement[bool]) -> Query:
    ids = select(Conversation.id).where(strand, part.behind)
    return select(ids.order_by(*part.by).limit(bindparam("count")).subquery().c.id)


def watches(agent: Agent, project_id: int) -> bool:
    """Whether the agent sees everything of this project."""
    return access.role_in(agent, project_id) in ("owner", *access.WATCHERS)


def watches_any(agent: Agent) -> bool:
    """Whether there is anything in "All" for this agent."""
    roles = {member.role for member in agent.memberships}
    return agent.is_owner or bool(roles & {Role.SUPERVISOR, Role.AUDITOR})


def _columns() -> Query:
    return (
        select(
            *_of_conversation(),
            Customer.id.label("customer_id"),
            customer_name().label("name"),
            Customer.blocked_at,
            Project.name.label("project"),
            Project.timezone.label("zone"),
            Agent.name.label("holder"),
            *_of_last_message(),
            *countdown.COLUMNS,
        )
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Project, Project.id == Conversation.project_id)
        .outerjoin(Agent, Agent.id == Conversation.assignee_id)
        .outerjoin(Group, Group.id == Conversation.group_id)
        .outerjoin(Message, Message.id == Conversation.last_message_id)
        .outerjoin(SlaClock, SlaClock.id == countdown.pressing(Conversation.id))
        .outerjoin(SlaPolicy, SlaPolicy.id == SlaClock.policy_id)
    )


def _of_conversation() -> tuple[ColumnElement[Any], ...]:
    own = ("id", "status", "tier", "assignee_id", "snoozed_until", "opened_at", "due_at")
    own = (*own, "last_message_at", "unread_count")
    drawn = (_tags().label("tags"), _suggested().label("suggested"), _group().label("group"))
    return (*(getattr(Conversation, name) for name in own), *drawn)


def _of_last_message() -> tuple[ColumnElement[Any], ...]:
    shown = ("kind", "direction", "agent_id", "deleted_at", "failed_at")
    said = func.substr(Message.text, 1, PREVIEW).label("said")
    return (said, *(getattr(Message, name) for name in shown))


def _tags() -> ColumnElement[str]:
    """What the conversation wears, a line each: the colour's word and the name."""
    lines = func.aggregate_strings(Tag.colour + " " + Tag.name, LINE_END)
    worn = select(lines).join(Tagging, Tagging.tag_id == Tag.id)
    here = and_(Tagging.conversation_id == Conversation.id, Tagging.ended_at.is_(None))
    return worn.where(here).correlate(Conversation).scalar_subquery()


def _suggested() -> ColumnElement[bool]:
    """Whether something is proposed that nobody has taken or dismissed."""
    return exists().where(
        Suggestion.conversation_id == Conversation.id, Suggestion.settled_at.is_(None)
    )


def _group() -> ColumnElement[str | None]:
    """The group's name, where the project has several."""
    others = aliased(Group)
    several = exists().where(
        others.project_id == Group.project_id, others.id != Group.id, others.removed_at.is_(None)
    )
    return case((several, Group.name))


def customer_name() -> ColumnElement[str]:
    """Say in SQL what `Customer.name` says of a row."""
    full = func.trim(Customer.first_name + " " + Customer.last_name)
    number = cast(Customer.telegram_id, String)
    return func.coalesce(func.nullif(full, ""), func.nullif(Customer.username, ""), number)
