"""Private notes: a table of their own, which nothing that sends can reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key
from support.models.people import Agent


class Note(Model):
    """Said among colleagues about a conversation, never to the customer.

    A note without an agent is the desk's own. `parts` are the answers to the three prompts
    of an escalation (`background`, `request`, `tried`), or what triggered one by itself
    (`message`, `phrase`); `text` reads well without them.
    """

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_customer_id", "customer_id", "seq"),
        Index("uq_note_client_key", "agent_id", "client_key", unique=True),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    customer_id: Mapped[big] = mapped_column(ForeignKey("customer.id"))
    agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]
    seq: Mapped[big]
    client_key: Mapped[line | None]
    parts: Mapped[dict[str, Any] | None]

    agent: Mapped[Agent | None] = relationship()
