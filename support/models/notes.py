"""Private notes: a table of their own, which nothing that sends can reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Model, big, line, primary_key
from support.models.people import Agent


class Note(Model):
    """Said among colleagues about a conversation, never to the customer."""

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_customer_id", "customer_id", "seq"),
        Index("uq_note_client_key", "agent_id", "client_key", unique=True),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    customer_id: Mapped[big] = mapped_column(ForeignKey("customer.id"))
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    text: Mapped[str]
    created_at: Mapped[datetime]
    seq: Mapped[big]
    client_key: Mapped[line | None]

    agent: Mapped[Agent] = relationship()
