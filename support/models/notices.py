"""Notices: who was called when a promise was due, and by which ways he wants to be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.people import Agent
from support.models.projects import Project

SOUNDS = ("off", "breaches", "all")
RUNS = text("ended_at IS NULL")
HELD = text("held_until IS NOT NULL AND summed_at IS NULL")
OUT = text("sent_at IS NULL AND failed_at IS NULL")


class NoticeSettings(Model):
    """How one agent wants to be called; who never chose has no row.

    `quiet` is a weekly table like that of opening hours, None for never quiet; `quiet_zone` is
    the zone of its times, empty for that of the project which calls. `names` lets a customer's
    name leave the desk in a notification or a Telegram message.
    """

    __tablename__ = "notice_settings"
    __table_args__ = (CheckConstraint(f"sound IN {SOUNDS}", name="sound"),)

    agent_id: Mapped[int] = mapped_column(Big, ForeignKey("agent.id"), primary_key=True)
    sound: Mapped[word] = mapped_column(default="breaches")
    notify: Mapped[bool] = mapped_column(default=False)
    names: Mapped[bool] = mapped_column(default=False)
    quiet: Mapped[dict[str, Any] | None]
    quiet_zone: Mapped[line] = mapped_column(default="")
    breaches_anyway: Mapped[bool] = mapped_column(default=False)


class Notice(Model):
    """One stage of one clock called one agent, once; held while his hours are quiet.

    What was held until `held_until` is summed up in one at `summed_at`.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("kind IN ('reminder', 'breach')", name="kind"),
        UniqueConstraint("clock_id", "stage", "agent_id"),
        Index("ix_notice_agent_id", "agent_id", "at"),
        Index("ix_notice_held", "held_until", sqlite_where=HELD, postgresql_where=HELD),
    )

    id: Mapped[primary_key]
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"))
    clock_id: Mapped[big] = mapped_column(ForeignKey("sla_clock.id"))
    stage: Mapped[word]
    kind: Mapped[word]
    at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    summed_at: Mapped[datetime | None]


class StaffLink(Model):
    """An agent's own Telegram account at one project's bot, proved by a code that he sent it."""

    __tablename__ = "staff_link"
    __table_args__ = (
        Index(
            "uq_staff_link_agent",
            "project_id",
            "agent_id",
            unique=True,
            sqlite_where=RUNS,
            postgresql_where=RUNS,
        ),
        Index(
            "uq_staff_link_account",
            "project_id",
            "telegram_id",
            unique=True,
            sqlite_where=RUNS,
            postgresql_where=RUNS,
        ),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    telegram_id: Mapped[big]
    name: Mapped[line]
    linked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship()
    project: Mapped[Project] = relationship()


class LinkCode(Model):
    """A code by which an agent proves a Telegram account to be his: once, for ten minutes."""

    __tablename__ = "link_code"

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"), index=True)
    digest: Mapped[line] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship()


class LinkTry(Model):
    """How often one Telegram account has tried codes at one bot since `since`."""

    __tablename__ = "link_try"

    project_id: Mapped[int] = mapped_column(Big, ForeignKey("project.id"), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(Big, primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]


class StaffMessage(Model):
    """What a bot says to a colleague: its own outbox, out of which no customer can be written to.

    Without an agent it answers somebody who sent a code. The row waits until Telegram has it.
    """

    __tablename__ = "staff_message"
    __table_args__ = (
        CheckConstraint("kind IN ('reminder', 'breach', 'summary', 'answer', 'head')", name="kind"),
        UniqueConstraint("project_id", "random_id"),
        Index("ix_staff_message_agent_id", "agent_id", "id"),
        Index(
            "ix_staff_message_waiting", "project_id", "id", sqlite_where=OUT, postgresql_where=OUT
        ),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    notice_id: Mapped[int | None] = mapped_column(Big, ForeignKey("notice.id"), unique=True)
    telegram_id: Mapped[big]
    kind: Mapped[word]
    text: Mapped[str]
    random_id: Mapped[big]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[line] = mapped_column(default="")
