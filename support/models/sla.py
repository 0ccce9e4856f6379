"""The promise: how fast a customer is answered and helped, per tier, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, primary_key, word
from support.models.calendars import Calendar
from support.models.people import Agent

TIERS = ("standard", "escalated", "urgent")
METRICS = ("first_response", "next_response", "resolution", "acceptance")


class SlaPolicy(Model):
    """One version of a project's promise, never changed; without a row the shipped one counts.

    Waiting and snoozing pause the resolution clock where it says so. `stages` are its reminders
    in their order: see `support.sla.stages`.
    """

    __tablename__ = "sla_policy"
    __table_args__ = (
        UniqueConstraint("project_id", "version"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    version: Mapped[int]
    pause_waiting: Mapped[bool] = mapped_column(default=True)
    pause_snoozed: Mapped[bool] = mapped_column(default=True)
    stages: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))

    targets: Mapped[list[SlaTarget]] = relationship(order_by="SlaTarget.id")
    by: Mapped[Agent | None] = relationship()


class SlaApplication(Model):
    """Somebody lets a version count for clocks that run already; a log, and work until `done_at`.

    `changed` counts the clocks that it has changed so far.
    """

    __tablename__ = "sla_application"
    __table_args__ = (CheckConstraint("changed >= 0", name="changed"),)

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    policy_id: Mapped[big] = mapped_column(ForeignKey("sla_policy.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    at: Mapped[datetime]
    changed: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]

    policy: Mapped[SlaPolicy] = relationship()
    by: Mapped[Agent | None] = relationship()


class SlaTarget(Model):
    """How long one thing may take in one tier; without a calendar it counts around the clock."""

    __tablename__ = "sla_target"
    __table_args__ = (
        UniqueConstraint("policy_id", "tier", "metric"),
        CheckConstraint("tier IN ('standard', 'escalated', 'urgent')", name="tier"),
        CheckConstraint(
            "metric IN ('first_response', 'next_response', 'resolution', 'acceptance')",
            name="metric",
        ),
        CheckConstraint("seconds BETWEEN 1 AND 315359999", name="seconds"),
    )

    id: Mapped[primary_key]
    policy_id: Mapped[big] = mapped_column(ForeignKey("sla_policy.id"))
    tier: Mapped[word]
    metric: Mapped[word]
    seconds: Mapped[int]
    calendar_id: Mapped[int | None] = mapped_column(Big, ForeignKey("calendar.id"))

    calendar: Mapped[Calendar | None] = relationship()
