"""Agents, their logins, and what they may do in which project."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Model, big, line, primary_key, word


class Role(StrEnum):
    """What a membership allows in one project."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


class Agent(Model):
    """A person who logs in."""

    __tablename__ = "agent"
    __table_args__ = (CheckConstraint("role IN ('owner', 'member')", name="role"),)

    id: Mapped[primary_key]
    email: Mapped[line] = mapped_column(unique=True)
    name: Mapped[line]
    role: Mapped[word] = mapped_column(default="member")
    password_hash: Mapped[line]
    language: Mapped[word] = mapped_column(default="")
    theme: Mapped[word] = mapped_column(default="auto")
    created_at: Mapped[datetime]
    away_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="agent")

    @property
    def is_owner(self) -> bool:
        """An owner may do everything in every project."""
        return self.role == "owner"


class Membership(Model):
    """An agent's place in one project."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("agent_id", "project_id"),
        CheckConstraint("role IN ('agent', 'supervisor', 'auditor')", name="role"),
    )

    id: Mapped[primary_key]
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"), index=True)
    role: Mapped[word]
    created_at: Mapped[datetime]

    agent: Mapped[Agent] = relationship(back_populates="memberships")


class Login(Model):
    """One browser's server-side session; only the digest of its secret is kept."""

    __tablename__ = "login"
    __table_args__ = (Index("ix_login_agent_id", "agent_id"),)

    id: Mapped[primary_key]
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    digest: Mapped[line] = mapped_column(unique=True)
    address: Mapped[line]
    browser: Mapped[line]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship()
