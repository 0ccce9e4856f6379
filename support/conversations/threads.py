"""The thread's numbers: taken under the customer's row lock, so two deeds never cross."""

from __future__ import annotations

from sqlalchemy import bindparam, inspect, select, update
from sqlalchemy.orm.attributes import set_committed_value

from support.db import db, run
from support.models import Conversation, Customer

CUSTOMER = Customer.metadata.tables["customer"]
# Of the table, not of the class: this runs for every message, and costs half as much.
NEXT_NUMBER = (
    update(CUSTOMER)
    .where(CUSTOMER.c.id == bindparam("customer"))
    .values(seq=CUSTOMER.c.seq + bindparam("step"))
    .returning(CUSTOMER.c.seq)
)
TALK = Conversation.metadata.tables["conversation"]
READ = select(*TALK.columns).where(TALK.c.id == bindparam("conversation"))
# What follows from a column is read anew when it is next asked for.
FOLLOWS = {"assignee_id": "assignee", "group_id": "group", "last_message_id": "last_message"}


def lock(customer_id: int, *, step: int = 1) -> int:
    """Lock the customer's thread until the commit and return its next number.

    With a `step` of 2 the number before the returned one is the caller's too.
    """
    db.session.flush()
    return run(NEXT_NUMBER, {"customer": customer_id, "step": step}).scalar_one()


def locked(conversation: Conversation) -> int:
    """Lock the thread, read the conversation as it is now, and return the next number."""
    seq = lock(conversation.customer_id)
    if inspect(conversation).expired_attributes:
        db.session.refresh(conversation)
    else:
        _reread(conversation)
    return seq


def _reread(conversation: Conversation) -> None:
    """Refresh it at half the price of the session's: nothing in it is unwritten after a lock."""
    known = conversation.__dict__
    for field, value in run(READ, {"conversation": conversation.id}).mappings().one().items():
        if field not in known or known[field] != value:
            set_committed_value(conversation, field, value)
            if field in FOLLOWS:
                db.session.expire(conversation, [FOLLOWS[field]])
