"""Alerts: that somebody is wanted at a conversation, until he has looked at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, primary_key, word
from support.models.notes import Note
from support.models.people import Agent

PROMISES = ("reminder", "breach")
APPROVALS = ("approval", "approved", "rejected")
ALERTS = ("mention", "waiting", "lapsed", "lead", "returned", "snooze", *PROMISES, *APPROVALS)


class Alert(Model):
    """One agent is wanted: named in a note, asked for the lead, or because something waits.

    `mention` (in `note`), `waiting` (an escalation nobody could take), `lapsed` (a handover
    was not accepted in time), `lead` (a collaborator asks for it), `returned`, `snooze` (over),
    `reminder` (a promise is due soon), `breach` (it was due), `approval` (a colleague's message
    waits for a second pair of eyes), `approved`, `rejected` (his own was).
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(f"kind IN {ALERTS}", name="kind"),
        Index(
            "ix_alert_unseen",
            "agent_id",
            "conversation_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    kind: Mapped[word]
    note_id: Mapped[int | None] = mapped_column(Big, ForeignKey("note.id"))
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    note: Mapped[Note | None] = relationship()
    by: Mapped[Agent | None] = relationship(foreign_keys=[by_id])
