"""Tags: the project's list, and which conversation wears which, by whom and since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.people import Agent


class Tag(Model):
    """A word of the project's list; one that was removed stays where it was put."""

    __tablename__ = "tag"
    __table_args__ = (
        CheckConstraint(
            "colour IN ('grey', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple')",
            name="colour",
        ),
        Index(
            "uq_tag_folded",
            "project_id",
            "folded",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    name: Mapped[line]
    folded: Mapped[line]
    colour: Mapped[word] = mapped_column(default="grey")
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Tagging(Model):
    """A conversation wears a tag: from when, by whom, and until when."""

    __tablename__ = "tagging"
    __table_args__ = (
        Index(
            "uq_tagging_worn",
            "conversation_id",
            "tag_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_tagging_tag_id",
            "tag_id",
            "conversation_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"))
    tag_id: Mapped[big] = mapped_column(ForeignKey("tag.id"))
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))

    tag: Mapped[Tag] = relationship()
    by: Mapped[Agent | None] = relationship(foreign_keys=[by_id])
