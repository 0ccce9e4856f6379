"""What a report looks at: projects, a range of days, and what narrows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, true

from support.models import Conversation, SlaClock, Tagging
from support.reports.spans import Span


@dataclass(frozen=True, slots=True)
class Scope:
    """The projects (ids, as far as the asker may read their reports), the days, and the rest.

    `agent` narrows to what is his by the rule of each figure; it filters no rows by itself.
    `everywhere` says that these are all projects that there are.
    """

    projects: tuple[int, ...]
    span: Span
    group: int | None = None
    tier: str = ""
    tag: int | None = None
    agent: int | None = None
    everywhere: bool = False

    def previous(self) -> Scope:
        """Return the same of as many days before."""
        return replace(self, span=self.span.previous())

    def clocks(self) -> ColumnElement[bool]:
        """Filter: clocks that started in these days; a clock belongs to the day it started."""
        return and_(SlaClock.project_id.in_(self.projects), self.few_clocks())

    def few_clocks(self) -> ColumnElement[bool]:
        """Filter the same of clocks that are few already, each of them looked at."""
        rules = [
            (SlaClock.project_id + 0).in_(self.projects),
            SlaClock.started_at >= self.span.start,
            SlaClock.started_at < self.span.end,
        ]
        if self.group is not None:
            rules.append(SlaClock.group_id == self.group)
        if self.tier:
            rules.append(SlaClock.tier == self.tier)
        if self.tag is not None:
            rules.append(SlaClock.conversation_id.in_(self._tagged(self.tag)))
        return and_(*rules)

    def conversations(self) -> ColumnElement[bool]:
        """Filter: conversations opened in these days."""
        return and_(self.cases(), self.opened())

    def opened(self) -> ColumnElement[bool]:
        """Filter: opened in these days, wherever."""
        return and_(
            Conversation.opened_at >= self.span.start, Conversation.opened_at < self.span.end
        )

    def cases(self) -> ColumnElement[bool]:
        """Filter: conversations of these projects, whenever they were opened."""
        return and_(Conversation.project_id.in_(self.projects), self.few_cases())

    def few_cases(self) -> ColumnElement[bool]:
        """Filter the same of conversations that were reached by something else.

        An expression is no column of an index: without it SQLite would read them all first.
        """
        rules = [(Conversation.project_id + 0).in_(self.projects)]
        if self.group is not None:
            rules.append(Conversation.group_id == self.group)
        if self.tier:
            rules.append(Conversation.tier == self.tier)
        if self.tag is not None:
            rules.append(Conversation.id.in_(self._tagged(self.tag)))
        return and_(*rules)

    @property
    def is_whole(self) -> bool:
        """Whether every conversation of the workspace counts, so that none has to be looked at."""
        return self.everywhere and not self.tier and self.group is None and self.tag is None

    def reached(self, table: Any) -> ColumnElement[bool]:
        """Filter: rows of conversations of these projects."""
        if self.is_whole:
            return true()
        return exists().where(Conversation.id == table.conversation_id, self.few_cases())

    @staticmethod
    def _tagged(tag: int):
        return select(Tagging.conversation_id).where(
            Tagging.tag_id == tag, Tagging.ended_at.is_(None)
        )
