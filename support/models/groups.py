"""Groups: agents who take conversations together, and who was given what, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, big, line, primary_key, word
from support.models.calendars import Calendar
from support.models.people import Agent
from support.models.projects import Project


class Why(StrEnum):
    """Why somebody was given a conversation, or why it waits; each has its sentence."""

    RETURNING = "returning"
    IN_TURN = "in_turn"
    LEAST_RECENT = "least_recent"
    CLOSED = "closed"
    NO_MEMBERS = "no_members"
    NOBODY_ONLINE = "nobody_online"
    EVERYBODY_AWAY = "everybody_away"
    EVERYBODY_FULL = "everybody_full"
    OTHERS_FIRST = "others_first"


class Group(Model):
    """Agents of one project: level 1 is the frontline, every higher level is chosen by name.

    `hours` is a weekly table of the project's zone, None for always open; a `calendar` goes
    before it. A conversation that waits longer than `fallback_minutes` moves to the fallback
    group, one not accepted within `accept_minutes` returns to the queue, and an assignee who is
    offline for `silent_minutes` loses what he has not answered.
    """

    __tablename__ = "group"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", name="level"),
        CheckConstraint("scope IN ('all', 'chosen')", name="scope"),
        CheckConstraint("level = 1 OR scope = 'chosen'", name="chosen"),
        CheckConstraint("strategy IN ('round_robin', 'online_first')", name="strategy"),
        CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity"),
        Index(
            "uq_group_name",
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
    level: Mapped[int] = mapped_column(default=1)
    scope: Mapped[word] = mapped_column(default="all")
    strategy: Mapped[word] = mapped_column(default="round_robin")
    capacity: Mapped[int] = mapped_column(default=5)
    hours: Mapped[dict[str, Any] | None]
    calendar_id: Mapped[int | None] = mapped_column(Big, ForeignKey("calendar.id"))
    fallback_id: Mapped[int | None] = mapped_column(Big, ForeignKey("group.id"))
    fallback_minutes: Mapped[int] = mapped_column(default=15)
    accept_minutes: Mapped[int] = mapped_column(default=5)
    silent_minutes: Mapped[int] = mapped_column(default=10)
    last_given_id: Mapped[int | None] = mapped_column(Big)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()
    calendar: Mapped[Calendar | None] = relationship()
    fallback: Mapped[Group | None] = relationship(remote_side="Group.id")
    members: Mapped[list[GroupMember]] = relationship(order_by="GroupMember.position")


class GroupMember(Model):
    """An agent's place in a group's order."""

    __tablename__ = "group_member"
    __table_args__ = (UniqueConstraint("group_id", "agent_id"),)

    id: Mapped[primary_key]
    group_id: Mapped[big] = mapped_column(ForeignKey("group.id"))
    agent_id: Mapped[big] = mapped_column(ForeignKey("agent.id"), index=True)
    position: Mapped[int]
    added_at: Mapped[datetime]

    agent: Mapped[Agent] = relationship()


class RoutingDecision(Model):
    """Who was given a conversation, out of which candidates, and why; nobody means the queue.

    A candidate is `[agent id, verdict, conversations in hand]`, in the group's order.
    """

    __tablename__ = "routing_decision"
    __table_args__ = (Index("ix_routing_decision_group_id", "group_id", "id"),)

    id: Mapped[primary_key]
    conversation_id: Mapped[big] = mapped_column(ForeignKey("conversation.id"), index=True)
    group_id: Mapped[big] = mapped_column(ForeignKey("group.id"))
    agent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    at: Mapped[datetime]
    trigger: Mapped[word]
    reason: Mapped[line]
    waited_seconds: Mapped[int] = mapped_column(default=0)
    candidates: Mapped[list[Any]]
