"""Calendars: when a team works. A change makes a version; what was promised by one keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key
from support.models.projects import Project


class Calendar(Model):
    """A named calendar of one project; `version` is the number of the one that counts now."""

    __tablename__ = "calendar"
    __table_args__ = (
        Index(
            "uq_calendar_name",
            "project_id",
            "name",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"))
    name: Mapped[line]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()
    current: Mapped[CalendarVersion] = relationship(
        primaryjoin="and_(CalendarVersion.calendar_id == Calendar.id, "
        "CalendarVersion.number == Calendar.version)",
        viewonly=True,
        lazy="joined",
    )


class CalendarVersion(Model):
    """What a calendar said from `created_at` on; never changed. See `support.hours.tables`."""

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("calendar_id", "number"),)

    id: Mapped[primary_key]
    calendar_id: Mapped[big] = mapped_column(ForeignKey("calendar.id"))
    number: Mapped[int]
    zone: Mapped[line]
    weekly: Mapped[dict[str, Any]]
    exceptions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    holidays: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))

    calendar: Mapped[Calendar] = relationship()
