"""Who is typing right now: told at once, kept nowhere."""

from __future__ import annotations

from support import queue
from support.conversations import announcement
from support.live import publish
from support.models import Agent, Conversation


def agent_types(conversation: Conversation, *, mode: str, by: Agent) -> None:
    """Tell colleagues that `by` is typing, and the customer when it is the holder's reply."""
    publish(announcement(conversation, f"typing-{conversation.id}", data=f"{mode}:{by.name}"))
    if mode == "reply" and conversation.assignee_id == by.id:
        customer = conversation.customer
        queue.signal({"project": customer.project_id, "typing": customer.telegram_id})


def customer_types(conversation: Conversation) -> None:
    """Tell whoever may see the conversation that the customer is typing."""
    publish(announcement(conversation, f"typing-{conversation.id}", data="customer:"))
