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
PAGE = 24  # rows, the customer's own among them
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
        MESSAGE.c.retried_seq,
        MESSAGE.c.failed_at,
    )
    .where(MESSAGE.c.customer_id == bindparam("customer"), MESSAGE.c.seq < bindparam("below"))
    .order_by(MESSAGE.c.seq.desc())
    .limit(PAGE)
)

# When it was sent, its place in its thread, and the text.
Text = tuple[datetime, int, str]


def before(customer: Customer, *, now: datetime, place: int = LAST) -> str:
    """Return the last texts to this Telegram user before `now`, one to a line.

    Of the same instant count those before a `place` in the thread. What failed was not said;
    what was sent again counts from then.
    """
    found: list[Text] = []
    for number in run(SAME_USER, {"telegram_id": customer.telegram_id}).scalars().all():
        found += [one for one in _texts(number, now - WITHIN) if one[:2] < (now, place)]
    return "\n".join(text for _at, _place, text in sorted(found)[-MOST:])


def _texts(customer_id: int, since: datetime) -> list[Text]:
    """Return the texts of one thread since an instant."""
    return [
        (at, row.retried_seq or row.seq, row.text)
        for row in _backwards(customer_id, since)
        if row.direction == "out" and row.text and row.failed_at is None
        if (at := row.retried_at or row.created_at) >= since
    ]


def _backwards(customer_id: int, since: datetime) -> Iterator[Row[Any]]:
    """Yield the rows of a thread since an instant, and some of before, the latest first."""
    below = LAST
    while True:
        rows = run(STRETCH, {"customer": customer_id, "below": below}).all()
        yield from rows
        if len(rows) < PAGE or rows[-1].created_at < since:
            return
        below = rows[-1].seq
