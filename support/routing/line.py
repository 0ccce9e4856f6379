"""The waiting line of a group: what is due first, then the oldest conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select

from support.db import db
from support.models import Conversation, Customer, Group


class Free(Protocol):
    """Somebody who can be given a conversation; see `Candidate`."""

    id: int
    online: bool


TALK = Conversation.metadata.tables["conversation"]

# Literal words, not parameters: only so does SQLite use the index of what waits, and only so
# does PostgreSQL plan the question once instead of every time.
WAITS = and_(TALK.c.assignee_id.is_(None), TALK.c.status == literal_column("'open'"))
IN_GROUP = and_(WAITS, TALK.c.group_id == bindparam("group"))
# Those to whom something is promised go before the others: each part is one look into the index.
PARTS = (TALK.c.due_at.is_not(None), TALK.c.due_at.is_(None))
ORDER = (TALK.c.due_at, TALK.c.opened_at, TALK.c.id)
FIRST = func.coalesce(
    *(
        select(TALK.c.id)
        .where(IN_GROUP, part)
        .order_by(*ORDER)
        .limit(literal_column("1"))
        .scalar_subquery()
        for part in PARTS
    )
)


def heads(group: Group, *conditions: ColumnElement[bool], most: int) -> list[int]:
    """Return the ids of the first conversations in the line, at most so many."""
    found: list[int] = []
    for part in PARTS:
        if len(found) < most:
            rows = (
                select(TALK.c.id)
                .where(WAITS, TALK.c.group_id == group.id, part, *conditions)
                .order_by(*ORDER)
                .limit(most - len(found))
            )
            found += db.session.scalars(rows)
    return found


def suits(free: Sequence[Free]) -> list[ColumnElement[bool]]:
    """Return the conditions under which any of these agents may have a conversation."""
    conditions: list[ColumnElement[bool]] = []
    if len(free) == 1:
        released = and_(TALK.c.queued_why == "released", TALK.c.queued_by_id == free[0].id)
        conditions.append(or_(TALK.c.queued_by_id.is_(None), ~released))
    if not any(one.online for one in free):
        conditions.append(TALK.c.queued_why != "silent")
    return conditions


def ahead_of(group: Group, due: datetime | None) -> int:
    """Count who would come before a new conversation that is due then; None is not promised."""
    return count(group) if due is None else count(group, TALK.c.due_at <= due)


def count(group: Group, *conditions: ColumnElement[bool]) -> int:
    """Count what waits in a group."""
    waiting = select(func.count()).select_from(TALK)
    return db.session.scalar(waiting.where(WAITS, TALK.c.group_id == group.id, *conditions)) or 0


def grasp(ids: Sequence[int]) -> list[Conversation]:
    """Lock the threads of these conversations, except those at which somebody is at work.

    Passing over is what keeps two who lock threads from waiting for each other; who works at
    one of them looks for a place himself, and the next sweep would.
    """
    if not ids:
        return []
    rows = (
        select(Conversation)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.id.in_(ids))
        .with_for_update(key_share=True, skip_locked=True, of=Customer)
        .execution_options(populate_existing=True)
    )
    found = {conversation.id: conversation for conversation in db.session.scalars(rows)}
    return [found[one] for one in ids if one in found]


def groups_waiting() -> list[int]:
    """Return the ids of the groups in which somebody waits."""
    waiting = select(Group.id).where(
        Group.removed_at.is_(None),
        select(TALK.c.id).where(WAITS, TALK.c.group_id == Group.id).exists(),
    )
    return list(db.session.scalars(waiting.order_by(Group.id)))
