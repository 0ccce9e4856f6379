"""What is said to and by the customer, with its files and its earlier wordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.people import Agent


class Message(Model):
    """Said to or by the customer; an outgoing row is also the outbox.

    `seq` is its place in the customer's thread, `rev` the number of its last change.
    An outgoing message waits until `sent_at` (Telegram accepted it) or `failed_at`;
    it is tried again after `not_before`, with the same `random_id`; `retried_at` and
    `retried_seq` are when and where an agent sent again what had failed. `risk_stamp` names the
    list of risk words that let it through, `risk_attempt_id` the attempt that was confirmed.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("(direction = 'out') = (random_id IS NOT NULL)", name="random_id"),
        CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name="outcome"),
        UniqueConstraint("project_id", "telegram_id", "customer_id"),
        UniqueConstraint("project_id", "random_id"),
        UniqueConstraint("agent_id", "client_key"),
        Index("ix_message_conversation_id", "conversation_id", "id"),
        Index("ix_message_customer_id", "customer_id", "seq"),
        Index("ix_message_rev", "customer_id", "rev"),
        Index(
            "ix_message_outbox",
            "project_id",
            "id",
            sqlite_where=text("direction = 'out' AND sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("direction = 'out' AND sent_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[big] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"))
    agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    direction: Mapped[word]
    kind: Mapped[word] = mapped_column(default="text")
    text: Mapped[str] = mapped_column(default="")
    entities: Mapped[list[Any]] = mapped_column(default=list)
    reply_to: Mapped[int | None] = mapped_column(Big)
    album: Mapped[int | None] = mapped_column(Big)
    telegram_id: Mapped[int | None] = mapped_column(Big)
    created_at: Mapped[datetime]
    telegram_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    seq: Mapped[big]
    rev: Mapped[big]
    random_id: Mapped[int | None] = mapped_column(Big)
    client_key: Mapped[line | None]
    not_before: Mapped[datetime | None]
    retried_at: Mapped[datetime | None]
    retried_seq: Mapped[int | None] = mapped_column(Big)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[line] = mapped_column(default="")
    risk_stamp: Mapped[word] = mapped_column(default="", server_default="")
    risk_attempt_id: Mapped[int | None] = mapped_column(Big)
    source: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    agent: Mapped[Agent | None] = relationship()
    attachment: Mapped[Attachment | None] = relationship(back_populates="message")
    revisions: Mapped[list[Revision]] = relationship(order_by="Revision.id")

    @property
    def is_out(self) -> bool:
        """Said by the desk."""
        return self.direction == "out"

    @property
    def posted_at(self) -> datetime:
        """When the agent sent it: the last time, if it had failed before."""
        return self.retried_at or self.created_at

    @property
    def posted_seq(self) -> int:
        """Its place in the thread as an answer: what is numbered lower was there before it."""
        return self.retried_seq or self.seq

    @property
    def state(self) -> str:
        """How far an outgoing message is: `waiting`, `accepted` or `failed`."""
        if self.failed_at:
            return "failed"
        return "accepted" if self.sent_at else "waiting"


class Revision(Model):
    """An earlier wording of an edited message; `seq` is when it ceased to be the last."""

    __tablename__ = "revision"

    id: Mapped[primary_key]
    message_id: Mapped[big] = mapped_column(ForeignKey("message.id"), index=True)
    text: Mapped[str]
    entities: Mapped[list[Any]]
    seq: Mapped[big]
    replaced_at: Mapped[datetime]


class Attachment(Model):
    """The file of a message; `path` is its random name in the store once it is here."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)

    id: Mapped[primary_key]
    message_id: Mapped[big] = mapped_column(ForeignKey("message.id"), unique=True)
    kind: Mapped[word]
    file_name: Mapped[line] = mapped_column(default="")
    mime: Mapped[line] = mapped_column(default="application/octet-stream")
    size: Mapped[int] = mapped_column(Big, default=0)
    width: Mapped[int | None]
    height: Mapped[int | None]
    location: Mapped[dict[str, Any] | None]
    path: Mapped[line | None]
    preview: Mapped[line | None]
    fetched_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[line] = mapped_column(default="")

    message: Mapped[Message] = relationship(back_populates="attachment")
