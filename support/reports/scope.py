"""What a report looks at: projects, a range of days, and what narrows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, select, text, true
from sqlalchemy.orm import aliased

from support import statements
from support.db import Big, UTCDateTime, db
from support.models import Assignment, Conversation, SlaClock, Tagging
from support.reports.spans import Span

PROJECTS = bindparam("projects", expanding=True, type_=Big)
START, END = bindparam("start", type_=UTCDateTime), bindparam("end", type_=UTCDateTime)
NOW: Any = bindparam("now", type_=UTCDateTime)
GROUP, AGENT = bindparam("group", type_=Big), bindparam("agent", type_=Big)
TIER = bindparam("tier", type_=String)
TAGGED = select(Tagging.conversation_id).where(
    Tagging.tag_id == bindparam("tag", type_=Big), Tagging.ended_at.is_(None)
)

_his = aliased(Assignment)  # of another name than what a statement reads of the table
HELD = select(_his.conversation_id).where(_his.agent_id == AGENT, _his.role == "assignee")


@dataclass(frozen=True, slots=True)
class Scope:
    """The projects (ids, as far as the asker may read their reports), the days, and the rest.

    `agent` narrows conversations to those that he has held at some time, and clocks to what is
    his by the rule of each figure.
    `everywhere` says that these are all projects that there are.
    """

    projects: tuple[int, ...]
    span: Span
    group: int | None = None
    tier: str = ""
    tag: int | None = None
    agent: int | None = None
    everywhere: bool = False

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the statements of this scope depend on; everything else are values."""
        narrowed = (self.group is not None, self.tag is not None, self.agent is not None)
        return (*narrowed, self.tier, self.is_whole)

    @property
    def values(self) -> dict[str, Any]:
        """The values of its statements."""
        return {
            "projects": self.projects,
            "start": self.span.start,
            "end": self.span.end,
            "group": self.group,
            "tier": self.tier,
            "tag": self.tag,
            "agent": self.agent,
        }

    def previous(self) -> Scope:
        """Return the same of as many days before."""
        return replace(self, span=self.span.previous())

    def clocks(self) -> ColumnElement[bool]:
        """Filter: clocks that started in these days; a clock belongs to the day it started."""
        return and_(SlaClock.project_id.in_(PROJECTS), *self._of_clocks())

    def few_clocks(self) -> ColumnElement[bool]:
        """Filter the same of clocks that are few already, each of them looked at."""
        return and_((SlaClock.project_id + 0).in_(PROJECTS), *self._of_clocks())

    def _of_clocks(self) -> list[ColumnElement[bool]]:
        rules: list[ColumnElement[bool]] = [
            SlaClock.started_at >= START,
            SlaClock.started_at < END,
        ]
        if self.group is not None:
            rules.append(SlaClock.group_id == GROUP)
        if self.tier:
            rules.append(SlaClock.tier == TIER)
        if self.tag is not None:
            rules.append(SlaClock.conversation_id.in_(TAGGED))
        return rules

    def conversations(self) -> ColumnElement[bool]:
        """Filter: conversations opened in these days."""
        return and_(self.cases(), self.opened())

    def opened(self) -> ColumnElement[bool]:
        """Filter: opened in these days, wherever."""
        return and_(Conversation.opened_at >= START, Conversation.opened_at < END)

    def cases(self) -> ColumnElement[bool]:
        """Filter: conversations of these projects, whenever they were opened."""
        return and_(Conversation.project_id.in_(PROJECTS), *self._of_cases())

    def few_cases(self) -> ColumnElement[bool]:
        """Filter the same of conversations that were reached by something else.

        An expression is no column of an index: without it SQLite would read them all first.
        """
        return and_((Conversation.project_id + 0).in_(PROJECTS), *self._of_cases())

    def _of_cases(self) -> list[ColumnElement[bool]]:
        rules: list[ColumnElement[bool]] = []
        if self.group is not None:
            rules.append(Conversation.group_id == GROUP)
        if self.tier:
            rules.append(Conversation.tier == TIER)
        if self.agent is not None:
            rules.append(Conversation.id.in_(HELD))
        if self.tag is not None:
            rules.append(Conversation.id.in_(TAGGED))
        return rules

    @property
    def is_whole(self) -> bool:
        """Whether every conversation of the workspace counts, so that none has to be looked at."""
        narrows = (self.group, self.tag, self.agent)
        return self.everywhere and not self.tier and all(one is None for one in narrows)

    def reached(self, table: Any) -> ColumnElement[bool]:
        """Filter: rows of conversations of these projects."""
        if self.is_whole:
            return true()
        return exists().where(Conversation.id == table.conversation_id, self.few_cases())


def unhurried() -> None:
    """Let PostgreSQL answer this transaction by one process, from the indexes made for it.

    Compiling and parallel scans cost more processor time here than they save.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        for setting in ("jit = off", "max_parallel_workers_per_gather = 0"):
            db.session.execute(text(f"SET LOCAL {setting}"))


Build = Callable[[Scope], Any]


def prepared(build: Build) -> Callable[..., Any]:
    """Build a statement once for each shape of a scope: that costs more than to ask it.

    What differs from one time to the next comes as values.
    """
    built: dict[Any, Any] = {}

    def ask(scope: Scope, **values: Any) -> Any:
        statement = built.get(scope.shape)
        if statement is None:
            statement = built[scope.shape] = build(scope)
        kept = statements.kept(statement)
        return db.session.execute(statement, scope.values | values, execution_options=kept)

    return ask
