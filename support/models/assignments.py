"""Who held a conversation, who joined it, and who asks for the lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, primary_key, word
from support.models.people import Agent


class Assignment(Model):
    """An interval in which an agent holds a conversation or has joined it.

    `group_id` is the group it was with when the interval began, `last_seq` the customer's
    thread number at which it ended: what is numbered higher was said or done after this
    agent had to go.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("role IN ('assignee', 'collaborator')", name="role"),
        CheckConstraint("ended_at >= started_at", name="interval"),
        CheckConstraint("(ended_at IS NULL) = (last_seq IS NULL)", name="last_seq"),
        Index("ix_assignment_agent_id", "agent_id", "conversation_id"),
        Index("ix_assignment_recent", "agent_id", "started_at"),
        # The reports: what came to somebody's desk in a range of days.
        Index(
            "ix_assignment_began",
            *("agent_id", "role", "started_at", "conversation_id", "ended_at"),
        ),
        Index("ix_assignment_conversation_id", "conversation_id"),
        Index(
            "uq_assignment_lead",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND role = 'assignee'"),
            postgresql_where=text("ended_at IS NULL AND role = 'assignee'"),
        ),
        # Nobody is at the same conversation twice: he leads it, or he has joined it.
        Index(
            "uq_assignment_present",
            "conversation_id",
            "agent_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"))
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    role: Mapped[word] = mapped_column(default="assignee")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_seq: Mapped[int | None] = mapped_column(Big)

    agent: Mapped[Agent] = relationship()


class LeadRequest(Model):
    """A collaborator asks for the lead, until it is given, to whomever."""

    __tablename__ = "lead_request"
    __table_args__ = (
        Index(
            "uq_lead_request_open",
            "conversation_id",
            "agent_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"))
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship()
