"""Clocks: a promise that runs on one conversation, its pauses, its pardon, and its reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    case,
    event,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.people import Agent
from support.models.projects import Project

RUNS = text("stopped_at IS NULL")
# What an escalation has begun: the wait for the target group's reply, and the new resolution.
UPWARD = "metric <> 'acceptance' AND (only_group_id IS NOT NULL OR started_kind = 'handover')"


class SlaClock(Model):
    """A promise that runs on one conversation; once stopped it never changes.

    `started_at` is when the wait began, `counted_at` from when its target counts, `origin_at`
    when the conversation was opened, whatever the tier. `due_at` follows from target, calendar
    and pauses; it is None where nothing is promised or while the clock is paused. `started_seq`
    is the place of its start in the thread: a reply with a higher number stops it, and where
    there is an `only_group_id` only a reply by that group or one as high does.

    At `look_at` the sweep has something to do: a reminder's stage has come, or it is due.
    `ends_at` and `ends_why` say what ends it unless a reply that is under way is accepted.
    `round` counts the reopenings of a resolution clock: 0 is the first resolution, the highest
    is the full one. Who held the conversation when it was due is written once that is past.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        CheckConstraint(
            "metric IN ('first_response', 'next_response', 'resolution', 'acceptance')",
            name="metric",
        ),
        CheckConstraint("tier IN ('standard', 'escalated', 'urgent')", name="tier"),
        CheckConstraint(
            "stop_reason IN ('', 'reply', 'resolved', 'accepted', 'superseded', 'moved', "
            "'returned', 'no_reply_needed', 'resolved_unanswered', 'closed')",
            name="stop_reason",
        ),
        CheckConstraint("(stopped_at IS NULL) = (stop_reason = '')", name="stopped"),
        CheckConstraint("stopped_at >= started_at", name="order"),
        CheckConstraint("elapsed_calendar_s >= 0", name="calendar_s"),
        CheckConstraint("elapsed_business_s >= 0", name="business_s"),
        CheckConstraint("(stopped_at IS NULL) = (elapsed_calendar_s IS NULL)", name="elapsed"),
        CheckConstraint("target_seconds > 0", name="target"),
        Index("ix_sla_clock_conversation_id", "conversation_id", "id"),
        Index(
            "ix_sla_clock_running",
            "conversation_id",
            sqlite_where=RUNS,
            postgresql_where=RUNS,
        ),
        # The board: what runs by its due time, and what was due today.
        Index(
            "ix_sla_clock_board", "project_id", "due_at", sqlite_where=RUNS, postgresql_where=RUNS
        ),
        Index("ix_sla_clock_due", "project_id", "due_at"),
        Index("ix_sla_clock_look_at", "look_at", sqlite_where=RUNS, postgresql_where=RUNS),
        Index(
            "ix_sla_clock_upward",
            *("project_id", "started_at"),
            sqlite_where=text(UPWARD),
            postgresql_where=text(UPWARD),
        ),
        # The reports: what somebody stopped, and what was broken while he held it, read in the
        # index alone.
        Index(
            "ix_sla_clock_stopped_by",
            *("project_id", "metric", "tier", "stopped_by_id", "started_at"),
            *("stopped_at", "stop_reason", "due_at", "elapsed_business_s"),
        ),
        Index(
            "ix_sla_clock_broken",
            *("project_id", "metric", "tier", "due_holder_id", "started_at"),
            *("stopped_at", "stop_reason", "due_at", "due_seen_at", "outage"),
            sqlite_where=text("due_seen_at IS NOT NULL"),
            postgresql_where=text("due_seen_at IS NOT NULL"),
        ),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    customer_id: Mapped[big] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"))
    metric: Mapped[word]
    tier: Mapped[word]
    round: Mapped[int] = mapped_column(default=0)
    group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    only_group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    holder_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    policy_id: Mapped[int | None] = mapped_column(Big, ForeignKey("sla_policy.id"))
    policy_version: Mapped[int]
    target_seconds: Mapped[int | None]
    calendar_version_id: Mapped[int | None] = mapped_column(Big, ForeignKey("calendar_version.id"))
    pause_waiting: Mapped[bool] = mapped_column(default=True)
    pause_snoozed: Mapped[bool] = mapped_column(default=True)
    origin_at: Mapped[datetime]
    started_at: Mapped[datetime]
    counted_at: Mapped[datetime]
    started_kind: Mapped[word]
    started_id: Mapped[int | None] = mapped_column(Big)
    started_seq: Mapped[big]
    due_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    outage: Mapped[bool] = mapped_column(default=False)
    due_seen_at: Mapped[datetime | None]
    due_holder_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    due_group_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    ends_at: Mapped[datetime | None]
    ends_why: Mapped[word] = mapped_column(default="")
    ends_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[word] = mapped_column(default="")
    stopped_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    elapsed_calendar_s: Mapped[int | None] = mapped_column(Big)
    elapsed_business_s: Mapped[int | None] = mapped_column(Big)

    project: Mapped[Project] = relationship()
    pauses: Mapped[list[SlaPause]] = relationship(order_by="SlaPause.id")
    holder: Mapped[Agent | None] = relationship(foreign_keys=[holder_id])
    due_holder: Mapped[Agent | None] = relationship(foreign_keys=[due_holder_id])
    stopped_by: Mapped[Agent | None] = relationship(foreign_keys=[stopped_by_id])
    waiver: Mapped[SlaWaiver | None] = relationship()

    @hybrid_method
    def verdict(self, now: datetime) -> str:
        """Return `met`, `breached`, `void` or `running`, by the stored instants alone."""
        if self.stopped_at is None:
            return "breached" if self.due_at and self.due_at < now else "running"
        if self.due_at is None:
            return "void"
        if self._by_its_deed:
            return "met" if self.stopped_at <= self.due_at else "breached"
        return "void" if self.stopped_at < self.due_at else "breached"

    @property
    def _by_its_deed(self) -> bool:
        if self.metric == "resolution":
            return self.stop_reason == "resolved"
        return self.stop_reason in ("reply", "accepted")

    @verdict.inplace.expression
    @classmethod
    def _verdict(cls, now: datetime) -> ColumnElement[str]:
        deed = or_(
            and_(cls.metric == "resolution", cls.stop_reason == "resolved"),
            cls.stop_reason.in_(("reply", "accepted")),
        )
        return case(
            (and_(cls.stopped_at.is_(None), cls.due_at < now), "breached"),
            (cls.stopped_at.is_(None), "running"),
            (cls.due_at.is_(None), "void"),
            (and_(deed, cls.stopped_at <= cls.due_at), "met"),
            (and_(~deed, cls.stopped_at < cls.due_at), "void"),
            else_="breached",
        )


class SlaPause(Model):
    """A stretch that a resolution clock does not count: waiting, snoozed, or closed."""

    __tablename__ = "sla_pause"
    __table_args__ = (
        CheckConstraint("why IN ('waiting', 'snoozed', 'closed')", name="why"),
        CheckConstraint("ended_at >= started_at", name="order"),
    )

    id: Mapped[primary_key]
    clock_id: Mapped[big] = mapped_column(ForeignKey("sla_clock.id"), index=True)
    why: Mapped[word]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SlaWaiver(Model):
    """A supervisor's pardon of one clock, which stays as it is."""

    __tablename__ = "sla_waiver"

    id: Mapped[primary_key]
    clock_id: Mapped[big] = mapped_column(ForeignKey("sla_clock.id"), unique=True)
    by_id: Mapped[big] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[line]
    at: Mapped[datetime]

    by: Mapped[Agent] = relationship()


class SlaReminder(Model):
    """One stage of one clock has come: it is written down once, whoever finds it first."""

    __tablename__ = "sla_reminder"
    __table_args__ = (UniqueConstraint("clock_id", "stage"),)

    id: Mapped[primary_key]
    clock_id: Mapped[big] = mapped_column(ForeignKey("sla_clock.id"))
    stage: Mapped[word]
    at: Mapped[datetime]


# What was measured cannot be measured again: the database refuses it, whoever asks.
CLOSED_SQLITE = """CREATE TRIGGER sla_clock_closed BEFORE UPDATE ON sla_clock
WHEN OLD.stopped_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a stopped clock never changes'); END"""
REFUSE_POSTGRESQL = """CREATE OR REPLACE FUNCTION sla_clock_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'a stopped clock never changes'; END $$ LANGUAGE plpgsql"""
CLOSED_POSTGRESQL = """CREATE TRIGGER sla_clock_closed BEFORE UPDATE ON sla_clock
FOR EACH ROW WHEN (OLD.stopped_at IS NOT NULL) EXECUTE FUNCTION sla_clock_refuse()"""
GUARDS = {"sqlite": [CLOSED_SQLITE], "postgresql": [REFUSE_POSTGRESQL, CLOSED_POSTGRESQL]}

for dialect, statements in GUARDS.items():
    for statement in statements:
        guard = DDL(statement).execute_if(dialect=dialect)
        event.listen(SlaClock.metadata.tables["sla_clock"], "after_create", guard)
