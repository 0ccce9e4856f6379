"""Internal control: the words that need care, and every time one was met on its way out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.people import Agent
from support.models.projects import Project

ACTIONS = ("confirm", "block")
KINDS = ("word", "address", "fragment", "shape")
SHAPES = ("trc20", "btc", "erc20", "link", "phone", "handle")
# What was sent, or tried: where in a message the text stood, or from where it came.
SURFACES = (
    "reply",
    "caption",
    "file_name",
    "button",
    "link",
    "edit",
    "canned",
    "survey",
    "automatic",
    "api",
)
STOPS = (*ACTIONS, "approve")
OUTCOMES = ("waiting", "confirmed", "cancelled", "blocked", "expired", "approved", "rejected")


class RiskWordGroup(Model):
    """Words that need care together: what happens when an agent sends one, and to whom it applies.

    `confirm` asks the agent once more, `block` refuses; with `four_eyes` a second supervisor
    approves instead of the agent confirming. `only_escalated`: only in escalated and urgent
    conversations. `flags_incoming`: a customer's message that says one raises a suggestion.
    """

    __tablename__ = "risk_word_group"
    __table_args__ = (CheckConstraint(f"action IN {ACTIONS}", name="action"),)

    id: Mapped[primary_key]
    name: Mapped[line]
    action: Mapped[word] = mapped_column(default="confirm")
    four_eyes: Mapped[bool] = mapped_column(default=False)
    only_escalated: Mapped[bool] = mapped_column(default=False)
    flags_incoming: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    projects: Mapped[list[Project]] = relationship(
        secondary="risk_word_group_project", order_by=Project.name
    )
    words: Mapped[list[RiskWord]] = relationship(
        order_by="RiskWord.id", cascade="all, delete-orphan", back_populates="group"
    )


class RiskWordGroupProject(Model):
    """A project that a group of risk words applies to."""

    __tablename__ = "risk_word_group_project"

    group_id: Mapped[big] = mapped_column(ForeignKey("risk_word_group.id"), primary_key=True)
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"), primary_key=True, index=True)


class RiskWord(Model):
    """One rule of a group: a word, a full address, a fragment of one, or a shape by its name."""

    __tablename__ = "risk_word"
    __table_args__ = (
        UniqueConstraint("group_id", "kind", "text"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
    )

    id: Mapped[primary_key]
    group_id: Mapped[big] = mapped_column(ForeignKey("risk_word_group.id"))
    kind: Mapped[word]
    text: Mapped[line]
    created_at: Mapped[datetime]

    group: Mapped[RiskWordGroup] = relationship(back_populates="words")


class OwnAddress(Model):
    """An address of the company itself: sending it is no risk, sending one like it the greatest."""

    __tablename__ = "own_address"
    __table_args__ = (UniqueConstraint("project_id", "text"),)

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    text: Mapped[line]
    label: Mapped[line] = mapped_column(default="")
    created_at: Mapped[datetime]


class RiskAttempt(Model):
    """One attempt to send what needs care: `text` and its digest, and how it ended.

    `stop` is the strictest of its hits: `confirm` by the agent, `approve` by a supervisor,
    `block`. While it is `waiting` nothing was sent. What was confirmed or approved is sent once,
    with the token whose digest is kept here, until `expires_at`: `used_at`, as `message_id`.
    """

    __tablename__ = "risk_attempt"
    __table_args__ = (
        CheckConstraint(f"stop IN {STOPS}", name="stop"),
        CheckConstraint(f"surface IN {SURFACES}", name="surface"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        Index("ix_risk_attempt_project_id", "project_id", "asked_at"),
        Index("ix_risk_attempt_outcome", "outcome", "expires_at"),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[int | None] = mapped_column(Big, ForeignKey("customer.id"))
    conversation_id: Mapped[int | None] = mapped_column(
        Big, ForeignKey("conversation.id"), index=True
    )
    agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    surface: Mapped[word]
    text: Mapped[str]
    digest: Mapped[line]
    stamp: Mapped[word]
    stop: Mapped[word]
    outcome: Mapped[word]
    reason: Mapped[line] = mapped_column(default="")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    token_digest: Mapped[line | None] = mapped_column(unique=True)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    used_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(Big, ForeignKey("message.id"))

    agent: Mapped[Agent | None] = relationship(foreign_keys=[agent_id])
    settled_by: Mapped[Agent | None] = relationship(foreign_keys=[settled_by_id])
    hits: Mapped[list[RiskHit]] = relationship(order_by="RiskHit.id", back_populates="attempt")

    # The token itself: in nobody's row, and known only to the page that was stopped.
    token = ""

    @property
    def is_stopped(self) -> bool:
        """Whether it holds its message back: nothing leaves before the token is used."""
        return self.used_at is None

    @property
    def words(self) -> str:
        """The words that were met, each once, as a sentence names them; of an alarm its name."""
        return ", ".join(dict.fromkeys(hit.word or hit.group_name for hit in self.hits))


class RiskHit(Model):
    """One word that an attempt met: `starts` and `ends` are offsets into the attempt's text.

    The names are kept as they were: a group that is renamed or removed changes no record.
    """

    __tablename__ = "risk_hit"

    id: Mapped[primary_key]
    attempt_id: Mapped[big] = mapped_column(ForeignKey("risk_attempt.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("risk_word_group.id"), index=True)
    group_name: Mapped[line]
    kind: Mapped[word]
    word: Mapped[line]
    action: Mapped[word]
    starts: Mapped[int]
    ends: Mapped[int]

    attempt: Mapped[RiskAttempt] = relationship(back_populates="hits")
