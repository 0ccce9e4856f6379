"""In which order a list stands, and how a place in it is written: by what its row is sorted.

What waits for anybody stands as the queues do, everything else with the newest message first.
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
DUE = func.coalesce(Conversation.due_at, literal(NEVER, UTCDateTime))
AT, LAST = bindparam("at", type_=UTCDateTime), bindparam("last", type_=Big)
BY = bindparam("due", type_=UTCDateTime)


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are sorted, and which of them stand behind a place."""

    by: tuple[Any, ...]
    behind: ColumnElement[bool]
    beginning: dict[str, object]
    is_line: bool = False

    def mark(self, row: Row[*tuple[Any, ...]]) -> str:
        """Write the place of a row."""
        if self.is_line:
            return f"{micros(row.due_at or NEVER)}-{micros(row.opened_at)}-{row.id}"
        return f"{micros(row.last_message_at)}-{row.id}"

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


NEWEST = Order(
    by=(Conversation.last_message_at.desc(), Conversation.id.desc()),
    behind=or_(
        Conversation.last_message_at < AT,
        and_(Conversation.last_message_at == AT, Conversation.id < LAST),
    ),
    beginning={"at": datetime(9000, 1, 1, tzinfo=UTC), "last": 0},
)
LINE = Order(
    by=(DUE, Conversation.opened_at, Conversation.id),
    behind=or_(
        DUE > BY,
        and_(
            DUE == BY,
            or_(
                Conversation.opened_at > AT,
                and_(Conversation.opened_at == AT, Conversation.id > LAST),
            ),
        ),
    ),
    beginning={"due": EPOCH, "at": EPOCH, "last": 0},
    is_line=True,
)


def of(view: str) -> Order:
    """Return the order of a view."""
    return LINE if view == "unassigned" else NEWEST
