"""Invitations: a place kept for somebody who has not come yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.people import Agent


class Invitation(Model):
    """A link by which one person joins, once; only the digest of its secret is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'member')", name="role"),
        CheckConstraint("place IN ('agent', 'supervisor', 'auditor')", name="place"),
        CheckConstraint("(project_id IS NULL) = (place IS NULL)", name="project"),
    )

    id: Mapped[primary_key]
    email: Mapped[line] = mapped_column(index=True)
    role: Mapped[word] = mapped_column(default="member")
    project_id: Mapped[int | None] = mapped_column(Big, ForeignKey("project.id"))
    place: Mapped[word | None]
    digest: Mapped[line] = mapped_column(unique=True)
    by_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    revoked_at: Mapped[datetime | None]

    by: Mapped[Agent] = relationship(foreign_keys=[by_id])
