"""Which files are fetched before anybody asks: small ones, and of a customer so many in a day.

The others are offered in the thread and fetched when an agent asks: no customer fills the disk.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from support.db import db
from support.models import Attachment, Message

EAGER_BYTES = 20 * 1024 * 1024
EAGER_KINDS = ("photo", "document")
DAY = timedelta(days=1)
FILES_A_DAY = 200
BYTES_A_DAY = 200 * 1024 * 1024


def is_eager(message: Message) -> bool:
    """Whether a message's file is fetched unasked; the same answer whenever it is asked."""
    file = message.attachment
    if file is None or file.kind not in EAGER_KINDS or file.size > EAGER_BYTES:
        return False
    sizes = of_the_day(message)
    return len(sizes) <= FILES_A_DAY and sum(sizes) <= BYTES_A_DAY


def of_the_day(message: Message) -> list[int]:
    """Return the bytes of the customer's small files within 24 hours up to this message.

    One more than the budget at the most, so that a flood of files is not counted to its end.
    """
    rows = db.session.execute(
        select(Attachment.size, Message.created_at)
        .join(Message, Message.id == Attachment.message_id)
        .where(
            Message.customer_id == message.customer_id,
            Message.direction == "in",
            Message.seq <= message.seq,
            Attachment.kind.in_(EAGER_KINDS),
            Attachment.size <= EAGER_BYTES,
        )
        .order_by(Message.seq.desc())
        .limit(FILES_A_DAY + 1)
    )
    return [size for size, at in rows if at > message.created_at - DAY]
