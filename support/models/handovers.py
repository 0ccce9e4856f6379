"""Handovers: every move of a conversation from one desk to another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, primary_key, word
from support.models.notes import Note
from support.models.people import Agent


class Handover(Model):
    """One move of a conversation, with who asked for it and the note that went along."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('transfer', 'escalation', 'return', 'takeover', 'auto')", name="kind"
        ),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    kind: Mapped[word]
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    from_agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    to_agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    note_id: Mapped[int | None] = mapped_column(Big, ForeignKey("note.id"))
    asked_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    seq: Mapped[big]

    by: Mapped[Agent | None] = relationship(foreign_keys=[by_id])
    from_agent: Mapped[Agent | None] = relationship(foreign_keys=[from_agent_id])
    to_agent: Mapped[Agent | None] = relationship(foreign_keys=[to_agent_id])
    note: Mapped[Note | None] = relationship()
