"""Who is typing right now: told at once, kept nowhere."""

from __future__ import annotations

from support import queue
from support.conversations import announcement
from support.live import publish, send_after_commit
from support.models import Agent, Conversation


def agent_types(conversation: Conversation, *, mode: str, by: Agent) -> None:
    """Tell colleagues that `by` is typing, and the customer when it is the holder's reply.

    It leaves with the commit, which also lets go of the database: Redis may be slow.
    """
    name = f"typing-{conversation.id}"
    send_after_commit(announcement(conversation, name, data=f"{mode}:{by.name}"))
    if mode == "reply" and conversation.assignee_id == by.id:
        customer = conversation.customer
        queue.types(customer.project_id, customer.telegram_id)


def customer_types(conversation: Conversation) -> None:
    """Tell whoever may see the conversation that the customer is typing."""
    publish(announcement(conversation, f"typing-{conversation.id}", data="customer:"))
