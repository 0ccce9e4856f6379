"""Presence: when agents were here, as staffing will count it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Model, big, primary_key, word


class PresenceInterval(Model):
    """An interval in which an agent had an open page, at work or set away; else he is offline."""

    __tablename__ = "presence_interval"
    __table_args__ = (
        CheckConstraint("state IN ('online', 'away')", name="state"),
        CheckConstraint("ended_at >= started_at", name="interval"),
        Index("ix_presence_interval_agent_id", "agent_id", "ended_at"),
        Index(
            "uq_presence_interval_running",
            "agent_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    state: Mapped[word]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
