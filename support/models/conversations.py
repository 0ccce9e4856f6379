"""Customers, their conversations, and what is being typed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.groups import Group
from support.models.messages import Message
from support.models.people import Agent
from support.models.projects import Project


class Customer(Model):
    """A Telegram user writing to one project's bot.

    `seq` counts everything said and done in the thread. A verb that adds or changes
    something takes the next number under this row's lock, so the numbers are the order
    in which the desk saw it, the cursor of live pages, and the horizon of an agent who
    had to let the conversation go.
    """

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("project_id", "telegram_id"),)

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    telegram_id: Mapped[big]
    first_name: Mapped[line] = mapped_column(default="")
    last_name: Mapped[line] = mapped_column(default="")
    username: Mapped[line] = mapped_column(default="")
    language: Mapped[word] = mapped_column(default="")
    first_seen_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    seq: Mapped[int] = mapped_column(Big, default=0)

    project: Mapped[Project] = relationship()

    @property
    def name(self) -> str:
        """The name to show: never empty, always hostile."""
        full = f"{self.first_name} {self.last_name}".strip()
        return full or self.username or str(self.telegram_id)


class Conversation(Model):
    """One case, from the customer's first message to its resolution.

    `unread_count` counts customer messages after `read_seq` that the desk holding the
    conversation has not seen; the "New" divider stands after `read_seq`. While it waits in
    a queue, `queued_at` says since when, `queued_by_id` who had it before and `queued_why`
    what became of that: a `released` one is not offered to him again, and one lost by being
    `silent` is given only to somebody online. Up to number `quiet_seq` an agent said that no
    reply is needed. `due_at` is the earliest due time of its running clocks.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'waiting', 'snoozed', 'resolved')", name="status"),
        CheckConstraint("tier IN ('standard', 'escalated', 'urgent')", name="tier"),
        CheckConstraint("queued_why IN ('', 'released', 'silent')", name="queued_why"),
        CheckConstraint("(status = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
        Index(
            "ix_conversation_desk",
            "assignee_id",
            "last_message_at",
            "id",
            "unread_count",
            sqlite_where=text("status != 'resolved'"),
            postgresql_where=text("status != 'resolved'"),
        ),
        Index(
            "ix_conversation_open",
            "project_id",
            "last_message_at",
            "id",
            sqlite_where=text("status != 'resolved'"),
            postgresql_where=text("status != 'resolved'"),
        ),
        Index(
            "ix_conversation_queue",
            "project_id",
            "last_message_at",
            "id",
            sqlite_where=text("status != 'resolved' AND assignee_id IS NULL"),
            postgresql_where=text("status != 'resolved' AND assignee_id IS NULL"),
        ),
        # The line of each group: what is due first, then the oldest.
        Index(
            "ix_conversation_line",
            "group_id",
            "due_at",
            "opened_at",
            "id",
            "queued_at",
            sqlite_where=text("status = 'open' AND assignee_id IS NULL"),
            postgresql_where=text("status = 'open' AND assignee_id IS NULL"),
        ),
        # How much everybody has in hand, counted in the index alone.
        Index(
            "ix_conversation_load",
            "assignee_id",
            sqlite_where=text("status = 'open' AND assignee_id IS NOT NULL"),
            postgresql_where=text("status = 'open' AND assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_conversation_resolved",
            "project_id",
            "last_message_at",
            "id",
            sqlite_where=text("status = 'resolved'"),
            postgresql_where=text("status = 'resolved'"),
        ),
        Index(
            "ix_conversation_resolved_by_holder",
            "assignee_id",
            "last_message_at",
            "id",
            sqlite_where=text("status = 'resolved'"),
            postgresql_where=text("status = 'resolved'"),
        ),
        Index(
            "ix_conversation_due",
            "project_id",
            "due_at",
            "id",
            sqlite_where=text("status != 'resolved' AND due_at IS NOT NULL"),
            postgresql_where=text("status != 'resolved' AND due_at IS NOT NULL"),
        ),
        # The reports: what came and went, day by day.
        Index("ix_conversation_opened_at", "project_id", "opened_at"),
        Index("ix_conversation_resolved_at", "project_id", "resolved_at"),
        # A customer has one running conversation at most: the database says so.
        Index(
            "uq_conversation_running",
            "customer_id",
            unique=True,
            sqlite_where=text("status != 'resolved'"),
            postgresql_where=text("status != 'resolved'"),
        ),
        Index("ix_conversation_customer_id", "customer_id", "id"),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[big] = mapped_column(ForeignKey("customer.id"))
    status: Mapped[word] = mapped_column(default="open")
    tier: Mapped[word] = mapped_column(default="standard")
    assignee_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    queued_at: Mapped[datetime | None]
    queued_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    queued_why: Mapped[word] = mapped_column(default="")
    snoozed_until: Mapped[datetime | None]
    quiet_seq: Mapped[int] = mapped_column(Big, default=0)
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime]
    last_message_id: Mapped[int | None] = mapped_column(Big)
    unread_count: Mapped[int] = mapped_column(default=0)
    read_seq: Mapped[int] = mapped_column(Big, default=0)

    project: Mapped[Project] = relationship()
    group: Mapped[Group | None] = relationship()
    customer: Mapped[Customer] = relationship()
    assignee: Mapped[Agent | None] = relationship(foreign_keys=[assignee_id])
    last_message: Mapped[Message | None] = relationship(
        primaryjoin="foreign(Conversation.last_message_id) == Message.id", viewonly=True
    )

    @hybrid_property
    def is_resolved(self) -> bool:
        """Whether the case is closed; of the class, the filter that keeps to partial indexes."""
        return self.status == "resolved"

    @is_resolved.inplace.expression
    @classmethod
    def _is_resolved(cls) -> ColumnElement[bool]:
        # Written out, not bound: only so is a partial index known to fit, and SQLite plans a
        # statement anew for each value of a parameter that it had to compare with an index's.
        return cls.status == literal_column("'resolved'")

    @property
    def level(self) -> int:
        """The level of the group that it is with; without groups everything is frontline."""
        return self.group.level if self.group else 1


class Draft(Model):
    """What an agent has typed and not sent, per conversation and mode."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("agent_id", "conversation_id", "mode"),
        CheckConstraint("mode IN ('reply', 'note')", name="mode"),
    )

    id: Mapped[primary_key]
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    mode: Mapped[word]
    text: Mapped[str]
    updated_at: Mapped[datetime]
