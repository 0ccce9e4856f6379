"""By what the lists can be narrowed, and what stands on every desk page beside them; one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from support import access, groups
from support.access import Asker
from support.db import Big, UTCDateTime, run
from support.models import Agent, Conversation, Customer, Group, Resolution, Tag
from support.views import frame
from support.views.frame import Place
from support.views.rows import Chosen, customer_name

Query = Select[*tuple[Any, ...]]
Named = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Click:
    """A click on "resolve" of this agent that he can still undo."""

    conversation: int
    customer: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """The projects and groups whose lists this agent has, the tags asked for, his clicks."""

    projects: Sequence[Place]
    groups: Sequence[Named]
    tags: Sequence[Named]
    clicks: Sequence[Click]

    @property
    def places(self) -> dict[int, str]:
        """The projects' names by their ids."""
        return {one.id: one.name for one in self.projects}

    def named(self, chosen: Chosen) -> dict[str, str]:
        """Return the names of what narrows a list; what is not the agent's has none."""
        names = {("project", one.id): one.name for one in self.projects}
        names |= {(one.noun, one.id): one.name for one in (*self.groups, *self.tags)}
        return {noun: names.get((noun, number), "") for noun, number in chosen.filters.items()}


def known(agent: Agent, chosen: Chosen) -> Known:
    """Read what stands around the chosen list; mostly there is nothing to be read."""
    if not (chosen.filters or frame.shell().closing):
        return Known(frame.shell().projects, [], [], [])
    return now(agent, chosen)


def now(agent: Agent, chosen: Chosen) -> Known:
    """Read it as it is at this instant; of the tags only the one that narrows the list."""
    query = _known(access.asker(agent), every_tag=False)
    return _sorted(run(query, access.values(agent, tag=chosen.tag or 0)).all())


def choices(agent: Agent) -> Known:
    """Read everything by which this agent can narrow a list."""
    query = _known(access.asker(agent), every_tag=True)
    return _sorted(run(query, access.values(agent)).all())


def _sorted(rows: Sequence[Named]) -> Known:
    of = {noun: [row for row in rows if row.noun == noun] for noun in ("group", "tag", "click")}
    clicks = [Click(row.id, row.name, row.at) for row in of["click"]]
    return Known(frame.shell().projects, of["group"], of["tag"], clicks)


@cache
def _known(who: Asker, *, every_tag: bool) -> Query:
    parts = union_all(_groups(who), _tags(who, every_tag=every_tag), _clicks(who))
    lines = parts.subquery()
    return select(lines).order_by(lines.c.noun, lines.c.level, lines.c.name, lines.c.id)


def _groups(who: Asker) -> Query:
    """The groups of watched projects, and those whose queues are the agent's business."""
    watched = true() if who.is_owner else Group.project_id.in_(who.watched)
    mine = or_(watched, Group.id.in_(groups.own_groups(who.id)))
    line = _line("group", Group.id, Group.name, project=Group.project_id, level=Group.level)
    return line.where(Group.removed_at.is_(None), _own(who, Group.project_id), mine)


def _tags(who: Asker, *, every_tag: bool) -> Query:
    asked = Tag.removed_at.is_(None) if every_tag else Tag.id == bindparam("tag", type_=Big)
    line = _line("tag", Tag.id, Tag.name, project=Tag.project_id)
    return line.where(asked, _own(who, Tag.project_id))


def _clicks(who: Asker) -> Query:
    """Only who holds a conversation undoes a click; whoever moved it has undone it."""
    line = _line("click", Conversation.id, customer_name(), at=Resolution.due_at)
    return (
        line.select_from(Resolution)
        .join(Conversation, Conversation.id == Resolution.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(
            Resolution.done_at.is_(None),
            Resolution.undone_at.is_(None),
            Conversation.assignee_id == who.id,
        )
    )


def _own(who: Asker, project: Any) -> ColumnElement[bool]:
    return true() if who.is_owner else project.in_(who.own)


def _line(noun: str, number: Any, name: Any, **others: Any) -> Query:
    return select(
        literal(noun).label("noun"),
        number.label("id"),
        name.label("name"),
        others.get("project", cast(null(), Big)).label("project"),
        others.get("level", cast(null(), Big)).label("level"),
        others.get("at", cast(null(), UTCDateTime)).label("at"),
    )
