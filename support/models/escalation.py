"""Why conversations are escalated, the words that suggest it, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.groups import Group
from support.models.messages import Message
from support.models.risk import RiskWordGroup


class EscalationReason(Model):
    """A reason of the project's list, with guidance for new agents.

    A shipped one has a `key`; its texts are the house's, translated, until somebody edits them.
    """

    __tablename__ = "escalation_reason"
    __table_args__ = (
        CheckConstraint("mode IN ('suggest', 'auto', 'urgent')", name="mode"),
        CheckConstraint("tier IN ('escalated', 'urgent')", name="tier"),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"), index=True)
    key: Mapped[word] = mapped_column(default="")
    name: Mapped[line]
    try_first: Mapped[str] = mapped_column(default="")
    when_to: Mapped[str] = mapped_column(default="")
    mode: Mapped[word] = mapped_column(default="suggest")
    tier: Mapped[word] = mapped_column(default="escalated")
    group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    position: Mapped[int] = mapped_column(default=0)
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    group: Mapped[Group | None] = relationship()
    phrases: Mapped[list[Phrase]] = relationship(order_by="Phrase.id")


class Phrase(Model):
    """Words of a customer that point to a reason; `folded` is what is compared."""

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("reason_id", "folded"),)

    id: Mapped[primary_key]
    reason_id: Mapped[big] = mapped_column(ForeignKey("escalation_reason.id"))
    text: Mapped[line]
    folded: Mapped[line]


class Suggestion(Model):
    """What the desk proposes on a conversation, until an agent takes or dismisses it.

    One of kind `risk` names the group of risk words that the customer's `phrase` belongs to.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        CheckConstraint("kind IN ('escalate', 'urgent', 'repeat', 'risk')", name="kind"),
        CheckConstraint("outcome IN ('', 'taken', 'dismissed')", name="outcome"),
    )

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[big] = mapped_column(ForeignKey("message.id"))
    reason_id: Mapped[int | None] = mapped_column(Big, ForeignKey("escalation_reason.id"))
    kind: Mapped[word]
    phrase: Mapped[line] = mapped_column(default="")
    risk_group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("risk_word_group.id"))
    raised_at: Mapped[datetime]
    seq: Mapped[big]
    settled_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    outcome: Mapped[word] = mapped_column(default="")
    why: Mapped[line] = mapped_column(default="")

    reason: Mapped[EscalationReason | None] = relationship()
    risk_group: Mapped[RiskWordGroup | None] = relationship()
    message: Mapped[Message] = relationship()

    @property
    def name(self) -> str:
        """What the customer's words point to."""
        pointed = self.reason or self.risk_group
        return pointed.name if pointed else ""
