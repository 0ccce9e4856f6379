"""Handovers: every move of a conversation from one desk to another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, primary_key, word
from support.models.escalation import EscalationReason
from support.models.groups import Group
from support.models.notes import Note
from support.models.people import Agent


class Handover(Model):
    """One move of a conversation, with who asked for it and the note that went along.

    It waits for acceptance until `accepted_at`, or until `ended_at`: the conversation moved
    on, or was closed. Whoever has it on his desk (`to_agent`) accepts it before `due_at`.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('transfer', 'escalation', 'return', 'takeover', 'auto')", name="kind"
        ),
        Index(
            "ix_handover_escalation",
            *("asked_at", "conversation_id", "by_id", "to_agent_id", "reason_id"),
            sqlite_where=text("kind = 'escalation'"),
            postgresql_where=text("kind = 'escalation'"),
        ),
        Index(
            "ix_handover_due_at",
            "due_at",
            sqlite_where=text("accepted_at IS NULL AND ended_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    kind: Mapped[word]
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    from_agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    to_agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    from_group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    to_group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    reason_id: Mapped[int | None] = mapped_column(Big, ForeignKey("escalation_reason.id"))
    tier: Mapped[word | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note_id: Mapped[int | None] = mapped_column(Big, ForeignKey("note.id"))
    asked_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    seq: Mapped[big]

    by: Mapped[Agent | None] = relationship(foreign_keys=[by_id])
    from_agent: Mapped[Agent | None] = relationship(foreign_keys=[from_agent_id])
    to_agent: Mapped[Agent | None] = relationship(foreign_keys=[to_agent_id])
    from_group: Mapped[Group | None] = relationship(foreign_keys=[from_group_id])
    to_group: Mapped[Group | None] = relationship(foreign_keys=[to_group_id])
    reason: Mapped[EscalationReason | None] = relationship()
    note: Mapped[Note | None] = relationship()
