"""What was said to a customer just before: a text may be split over several messages.

By whichever agent, and in any project that the same Telegram user writes to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select

from support.db import run
from support.models import Customer, Message, Project

WITHIN = timedelta(minutes=10)
MOST = 20  # messages
PAGE = 40  # rows, the customer's own among them
LAST = 2**62

CUSTOMER = Customer.metadata.tables["customer"]
PROJECT = Project.metadata.tables["project"]
MESSAGE = Message.metadata.tables["message"]
# The list of projects lets the index of (project, Telegram id) be used: there is none of the id.
SAME_USER = select(CUSTOMER.c.id).where(
    CUSTOMER.c.project_id.in_(select(PROJECT.c.id)),
    CUSTOMER.c.telegram_id == bindparam("telegram_id"),
)
STRETCH = (
    select(
        MESSAGE.c.seq,
        MESSAGE.c.direction,
        MESSAGE.c.text,
        MESSAGE.c.created_at,
        MESSAGE.c.retried_at,
        MESSAGE.c.failed_at,
    )
    .where(MESSAGE.c.customer_id == bindparam("customer"), MESSAGE.c.seq < bindparam("below"))
    .order_by(MESSAGE.c.seq.desc())
    .limit(PAGE)
)


def before(customer: Customer, *, now: datetime, below: int = LAST) -> str:
    """Return the last texts to this Telegram user, one to a line; of his own thread up to `below`.

    What failed was not said. What was sent again counts from then.
    """
    since = now - WITHIN
    found: list[tuple[datetime, str]] = []
    for number in run(SAME_USER, {"telegram_id": customer.telegram_id}).scalars().all():
        found += _texts(number, since, below if number == customer.id else LAST)
    found.sort(key=lambda one: one[0])
    return "".join(f"{text}\n" for _at, text in found[-MOST:])


def _texts(customer_id: int, since: datetime, below: int) -> list[tuple[datetime, str]]:
    """Return the texts of one thread since an instant, the earliest first."""
    found: list[tuple[datetime, str]] = []
    for row in _backwards(customer_id, since, below):
        at: datetime = row.retried_at or row.created_at
        if row.direction == "out" and row.text and row.failed_at is None and at >= since:
            found.append((at, row.text))
        if len(found) == MOST:
            break
    return found[::-1]


def _backwards(customer_id: int, since: datetime, below: int) -> Iterator[Row[Any]]:
    while True:
        rows = run(STRETCH, {"customer": customer_id, "below": below}).all()
        yield from rows
        if len(rows) < PAGE or rows[-1].created_at < since:
            return
        below = rows[-1].seq
