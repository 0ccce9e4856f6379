"""One look at a conversation: how much of it an agent sees, and what he may do to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload

from support import statements
from support.access.gate import Action, allowed
from support.access.prepared import Asker, asker, values
from support.access.sight import earlier, visible_conversations, where_it_ended
from support.db import db
from support.models import Agent, Assignment, Conversation, Customer
from support.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Look:
    """A conversation as far as one agent sees it.

    `left` is the interval whose end limits his sight of a conversation that he had to let
    go: he sees it as it stood at `until`, up to number `last_seq` of the thread.
    """

    conversation: Conversation
    actions: frozenset[Action]
    left: Assignment | None
    seq: int

    @property
    def until(self) -> datetime | None:
        """The instant at which his sight ends, if it has ended."""
        return self.left.ended_at if self.left else None

    @property
    def last_seq(self) -> int | None:
        """The last number of the thread that he sees, if his sight has ended."""
        return self.left.last_seq if self.left else None

    @property
    def cursor(self) -> int:
        """How far this look goes in the thread: what is numbered higher is still to come."""
        return self.seq if self.left is None else self.last_seq or 0


def look(agent: Agent, conversation_id: int) -> Look:
    """Look at a conversation of which the agent may see anything at all, else refuse.

    One query, two for a conversation that was taken from him.
    """
    query, asked = _looking(asker(agent)), values(agent, case=conversation_id)
    found = db.session.execute(query, asked, execution_options=statements.kept(query)).one_or_none()
    if found is None:
        raise NotFound
    conversation, seq, now, before = found
    left = None if now or before else where_it_ended(agent, conversation)
    if not (now or before or left):
        raise NotFound
    actions = allowed(agent, conversation, sees=bool(now))
    return Look(conversation, actions, left, seq)


@cache
def _looking(who: Asker) -> Select[*tuple[Any, ...]]:
    return (
        select(Conversation, Customer.seq, visible_conversations(who), earlier(who))
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.id == bindparam("case"))
        .options(
            joinedload(Conversation.customer),
            joinedload(Conversation.project),
            joinedload(Conversation.assignee),
        )
    )


def known_conversations(agent: Agent | Asker) -> ColumnElement[bool]:
    """Filter: what the agent sees now, and the earlier conversations of customers he holds."""
    return or_(visible_conversations(agent), earlier(agent))
