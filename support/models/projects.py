"""The workspace, and its projects: one Telegram bot each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Big, Model, line, primary_key, word


class Workspace(Model):
    """The installation itself: one row.

    With `tells_heads` the owners hear the audit log's daily head by Telegram.
    """

    __tablename__ = "workspace"
    __table_args__ = (
        CheckConstraint("plan IN ('trial', 'standard', 'professional', 'custom')", name="plan"),
    )

    id: Mapped[primary_key]
    name: Mapped[line]
    timezone: Mapped[line] = mapped_column(default="UTC")
    language: Mapped[word] = mapped_column(default="en")
    plan: Mapped[word] = mapped_column(default="custom")
    plan_since: Mapped[datetime | None]
    tells_heads: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class Project(Model):
    """One Telegram bot and everything configured for it."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("transfer_note IN ('optional', 'mandatory')", name="transfer_note"),
        CheckConstraint("after_transfer IN ('transcript', 'nothing')", name="after_transfer"),
        CheckConstraint("reopen_hours BETWEEN 0 AND 720", name="reopen_hours"),
    )

    id: Mapped[primary_key]
    name: Mapped[line] = mapped_column(unique=True)
    timezone: Mapped[line] = mapped_column(default="UTC")
    bot_id: Mapped[int] = mapped_column(Big, unique=True)
    bot_username: Mapped[line]
    bot_name: Mapped[line]
    token_sealed: Mapped[str]
    transfer_note: Mapped[word] = mapped_column(default="optional")
    after_transfer: Mapped[word] = mapped_column(default="transcript")
    agents_see_queue: Mapped[bool] = mapped_column(default=True)
    earlier_conversations: Mapped[bool] = mapped_column(default=True)
    reopen_hours: Mapped[int] = mapped_column(default=24)
    reasons_stamp: Mapped[word] = mapped_column(default="")
    sla_stamp: Mapped[word] = mapped_column(default="", server_default="")
    risk_stamp: Mapped[word] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
