"""Which conversation a customer's message belongs to."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from support import events, groups, sla
from support.conversations.desk import assign, move_to, queue_up
from support.conversations.pending import keep_open, wake
from support.db import db
from support.models import Conversation, Customer, EventKind, Group
from support.people import may_hold


def running(customer: Customer) -> Conversation | None:
    """Return the customer's conversation that is not resolved, if there is one."""
    return db.session.scalar(
        select(Conversation).where(
            Conversation.customer_id == customer.id, ~Conversation.is_resolved
        )
    )


def for_customer(customer: Customer, *, now: datetime, seq: int) -> Conversation:
    """Return the conversation that a customer's message belongs to.

    The running one; else the last one, reopened within the project's reopening time
    (24 h by default) to its last holder, else to its group; else a new one in the queue of
    the frontline. The thread is locked, and `seq` is the number of the line that says so.
    """
    conversation = running(customer)
    if conversation is not None:
        _stirred(conversation, now=now, seq=seq)
        return conversation
    return _reopened(customer, now=now, seq=seq) or _opened(customer, now=now, seq=seq)


def _stirred(conversation: Conversation, *, now: datetime, seq: int) -> None:
    """The customer writes: what rested is awake, and what was about to be closed stays open."""
    keep_open(conversation, by=None, now=now, seq=seq)
    wake(conversation, by=None, now=now, seq=seq)


def _opened(customer: Customer, *, now: datetime, seq: int) -> Conversation:
    conversation = Conversation(
        project_id=customer.project_id,
        customer_id=customer.id,
        opened_at=now,
        last_message_at=now,
        read_seq=seq - 1,
    )
    queue_up(conversation, groups.frontline(customer.project_id), by=None, now=now)
    db.session.add(conversation)
    db.session.flush()
    events.record_in(conversation, EventKind.CONVERSATION_OPENED, by=None, now=now, seq=seq)
    return conversation


def _reopened(customer: Customer, *, now: datetime, seq: int) -> Conversation | None:
    last = db.session.scalar(
        select(Conversation)
        .where(Conversation.customer_id == customer.id)
        .order_by(Conversation.id.desc())
        .limit(1)
    )
    if last is None or last.resolved_at is None:
        return None
    if now - last.resolved_at > timedelta(hours=customer.project.reopen_hours):
        return None
    closed_at = last.resolved_at
    last.status, last.resolved_at = "open", None
    _return_to_holder(last, now=now)
    sla.reopened(last, seq=seq, closed_at=closed_at, now=now)
    events.record_in(last, EventKind.CONVERSATION_REOPENED, by=None, now=now, seq=seq)
    return last


def _return_to_holder(conversation: Conversation, *, now: datetime) -> None:
    """A reopened conversation goes to its last holder, or to the queue if he left or is away."""
    holder, group = conversation.assignee, _group(conversation)
    here = holder is not None and (group is None or holder.away_at is None)
    if holder is not None and here and may_hold(holder, conversation.project):
        move_to(conversation, group)
        assign(conversation, holder, now=now)
    else:
        queue_up(conversation, group, by=None, now=now)


def _group(conversation: Conversation) -> Group | None:
    """Return the group it was with, or the frontline if that group is no more."""
    group = conversation.group
    return group if group and not group.removed_at else groups.frontline(conversation.project_id)
