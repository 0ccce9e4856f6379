"""Conversations: opened by the customer, taken, released, resolved, read.

Every verb that adds to a thread first takes the customer's next number under the
customer's row lock, so two deeds on one thread never cross.
"""

from support.conversations.arrival import for_customer, running
from support.conversations.desk import (
    assign,
    close,
    give,
    has_room,
    move_to,
    queue_up,
    release,
    require_holder,
    resolve,
    take,
    unassign,
)
from support.conversations.pending import (
    accept_pending,
    end_pending,
    keep_open,
    pending,
    standing,
    waits_for_acceptance,
    wake,
    what_stands,
)
from support.conversations.pokes import announce, announcement, joined
from support.conversations.team import (
    collaborators,
    end,
    interval_of,
    present,
    requests,
    settle_request,
)
from support.conversations.threads import lock, locked
from support.models import Conversation

__all__ = [
    "Conversation",
    "accept_pending",
    "announce",
    "announcement",
    "assign",
    "close",
    "collaborators",
    "end",
    "end_pending",
    "for_customer",
    "give",
    "has_room",
    "interval_of",
    "joined",
    "keep_open",
    "lock",
    "locked",
    "move_to",
    "pending",
    "present",
    "queue_up",
    "release",
    "requests",
    "require_holder",
    "resolve",
    "running",
    "settle_request",
    "standing",
    "take",
    "unassign",
    "waits_for_acceptance",
    "wake",
    "what_stands",
]
