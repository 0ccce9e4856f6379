"""The thread's numbers: taken under the customer's row lock, so two deeds never cross."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from support.db import db, run
from support.models import Conversation, Customer

COLUMNS = Conversation.__mapper__.column_attrs.keys()
CUSTOMER = Customer.metadata.tables["customer"]
# Of the table, not of the class: this runs for every message, and costs half as much.
NEXT_NUMBER = (
    update(CUSTOMER)
    .where(CUSTOMER.c.id == bindparam("customer"))
    .values(seq=CUSTOMER.c.seq + bindparam("step"))
    .returning(CUSTOMER.c.seq)
)


def lock(customer_id: int, *, step: int = 1) -> int:
    """Lock the customer's thread until the commit and return its next number.

    With a `step` of 2 the number before the returned one is the caller's too.
    """
    db.session.flush()
    return run(NEXT_NUMBER, {"customer": customer_id, "step": step}).scalar_one()


def locked(conversation: Conversation) -> int:
    """Lock the thread, read the conversation as it is now, and return the next number."""
    held = (conversation.assignee_id, conversation.group_id)
    seq = lock(conversation.customer_id)
    db.session.refresh(conversation, COLUMNS)
    if (conversation.assignee_id, conversation.group_id) != held:
        db.session.expire(conversation, ["assignee", "group"])
    return seq
