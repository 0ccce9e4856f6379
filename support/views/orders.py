"""In which order a list stands, and how a place in it is written: by what its row is sorted.

What waits for anybody stands as the queues do, everything else with the newest message first,
or, if somebody asks, with what is due first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, literal, or_

from support.db import Big, UTCDateTime
from support.models import Conversation
from support.views.thread import EPOCH, micros

LONGEST = 17
# What is due at no time stands behind everything that is.
NEVER = datetime(2200, 1, 1, tzinfo=UTC)
NEVER_DUE = literal(NEVER, UTCDateTime)
DUE = func.coalesce(Conversation.due_at, NEVER_DUE)
AT, LAST = bindparam("at", type_=UTCDateTime), bindparam("last", type_=Big)
BY = bindparam("due", type_=UTCDateTime)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of an order that one index gives in a row: which, how sorted, and what is behind."""

    by: tuple[Any, ...]
    behind: ColumnElement[bool]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """How rows are sorted, which of them stand behind a place, and by what that is written."""

    by: tuple[Any, ...]
    parts: tuple[Part, ...]
    beginning: dict[str, object]
    columns: tuple[str, ...]

    def mark(self, row: Row[*tuple[Any, ...]]) -> str:
        """Write the place of a row."""
        instants = (micros(getattr(row, name) or NEVER) for name in self.columns)
        return "-".join(map(str, (*instants, row.id)))

    def place(self, mark: str) -> dict[str, object]:
        """Read a place; what is none is the list's beginning."""
        parts = mark.split("-")
        names = tuple(self.beginning)
        fits = len(parts) == len(names) and all(map(_is_number, parts))
        if not fits:
            return self.beginning
        values = dict(zip(names, map(int, parts), strict=True))
        times = {name: EPOCH + timedelta(microseconds=values[name]) for name in names[:-1]}
        return {**values, **times}


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) < LONGEST


NEWEST_FIRST = (Conversation.last_message_at.desc(), Conversation.id.desc())
OLDER = or_(
    Conversation.last_message_at < AT,
    and_(Conversation.last_message_at == AT, Conversation.id < LAST),
)
NEWEST = Order(
    by=NEWEST_FIRST,
    parts=(Part(NEWEST_FIRST, OLDER),),
    beginning={"at": datetime(9000, 1, 1, tzinfo=UTC), "last": 0},
    columns=("last_message_at",),
)
IN_LINE = (DUE, Conversation.opened_at, Conversation.id)
FURTHER = or_(
    Conversation.opened_at > AT,
    and_(Conversation.opened_at == AT, Conversation.id > LAST),
)
LINE = Order(
    by=IN_LINE,
    parts=(Part(IN_LINE, or_(DUE > BY, and_(DUE == BY, FURTHER))),),
    beginning={"due": EPOCH, "at": EPOCH, "last": 0},
    columns=("due_at", "opened_at"),
)
# Two parts, each in an index's order: what is due, then what is due at no time.
DUE_FIRST = Order(
    by=(DUE, *NEWEST_FIRST),
    parts=(
        Part(
            (Conversation.due_at, *NEWEST_FIRST),
            and_(
                Conversation.due_at.is_not(None),
                Conversation.due_at >= BY,
                or_(Conversation.due_at > BY, OLDER),
            ),
        ),
        Part(NEWEST_FIRST, and_(Conversation.due_at.is_(None), or_(BY < NEVER_DUE, OLDER))),
    ),
    beginning={"due": EPOCH, "at": datetime(9000, 1, 1, tzinfo=UTC), "last": 0},
    columns=("due_at", "last_message_at"),
)


def of(view: str, order: str = "") -> Order:
    """Return the order of a view; what is due first is asked for where it is not the queue's."""
    if view == "unassigned":
        return LINE
    return DUE_FIRST if order == "due" and view != "resolved" else NEWEST
