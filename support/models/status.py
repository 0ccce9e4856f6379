"""How a conversation is closed: a click, five seconds in which it can be undone, an end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, primary_key
from support.models.people import Agent


class Resolution(Model):
    """A click on "resolve": it takes effect at `due_at`, with `asked_at` as its time.

    Until then it stands: it can be undone, and whatever moves the conversation undoes it.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR undone_at IS NULL", name="outcome"),
        Index(
            "uq_resolution_standing",
            "conversation_id",
            unique=True,
            sqlite_where=text("done_at IS NULL AND undone_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND undone_at IS NULL"),
        ),
        Index(
            "ix_resolution_due_at",
            "due_at",
            sqlite_where=text("done_at IS NULL AND undone_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND undone_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    by_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))

    by: Mapped[Agent] = relationship(foreign_keys=[by_id])
