"""Customers: whether the bot can still reach them."""

from __future__ import annotations

from datetime import datetime

from support import events
from support.conversations import announce, lock, running
from support.models import Customer, EventKind


def blocked(customer: Customer, *, now: datetime) -> None:
    """The customer has blocked the bot; hearing it twice changes nothing."""
    if customer.blocked_at is None:
        customer.blocked_at = now
        _told(customer, EventKind.CUSTOMER_BLOCKED, now=now)


def unblocked(customer: Customer, *, now: datetime) -> None:
    """The customer lets the bot write again."""
    if customer.blocked_at is not None:
        customer.blocked_at = None
        _told(customer, EventKind.CUSTOMER_UNBLOCKED, now=now)


def _told(customer: Customer, kind: EventKind, *, now: datetime) -> None:
    conversation = running(customer)
    if conversation is not None:
        seq = lock(customer.id)
        events.record_in(conversation, kind, by=None, now=now, seq=seq)
        announce(conversation, "desk")
