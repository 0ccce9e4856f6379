"""Events: what was done, by whom, when; the timeline and the audit log read this table."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Big, Model, line, primary_key, word
from support.models.people import Agent


class EventKind(StrEnum):
    """Every deed the desk records; each has its sentence on the timeline."""

    AGENT_CREATED = "agent.created"
    AGENT_DISABLED = "agent.disabled"
    AGENT_ENABLED = "agent.enabled"
    AGENT_CHANGED = "agent.changed"
    LOGGED_IN = "login.started"
    LOGIN_REFUSED = "login.refused"
    LOGGED_OUT = "login.ended"
    MEMBER_ADDED = "member.added"
    MEMBER_REMOVED = "member.removed"
    PROJECT_CREATED = "project.created"
    PROJECT_CHANGED = "project.changed"
    TOKEN_CHANGED = "project.token"  # noqa: S105 - the name of a deed
    BOT_ONLINE = "bot.online"
    BOT_TROUBLE = "bot.trouble"
    PLAN_CHANGED = "workspace.plan"
    INVITATION_MADE = "invitation.made"
    INVITATION_USED = "invitation.used"
    INVITATION_REVOKED = "invitation.revoked"
    AGENT_AWAY = "agent.away"
    AGENT_BACK = "agent.back"
    AGENT_LINKED = "agent.linked"
    AGENT_UNLINKED = "agent.unlinked"
    GROUP_CREATED = "group.created"
    GROUP_CHANGED = "group.changed"
    GROUP_REMOVED = "group.removed"
    CALENDAR_CREATED = "calendar.created"
    CALENDAR_CHANGED = "calendar.changed"
    CALENDAR_REMOVED = "calendar.removed"
    POLICY_CHANGED = "sla.policy"
    POLICY_APPLIED = "sla.applied"
    PROMISE_CHANGED = "sla.changed"
    CLOCK_WAIVED = "sla.waived"
    CONVERSATION_GIVEN = "conversation.given"
    CONVERSATION_QUEUED = "conversation.queued"
    CONVERSATION_LOST = "conversation.lost"
    CONVERSATION_FELL_BACK = "conversation.fell_back"
    CONVERSATION_STRANDED = "conversation.stranded"
    CONVERSATION_ESCALATED = "conversation.escalated"
    CONVERSATION_RETURNED = "conversation.returned"
    CONVERSATION_SNOOZED = "conversation.snoozed"
    CONVERSATION_WAITING = "conversation.waiting"
    CONVERSATION_WOKEN = "conversation.woken"
    CONVERSATION_TAGGED = "conversation.tagged"
    CONVERSATION_UNTAGGED = "conversation.untagged"
    HANDOVER_ACCEPTED = "handover.accepted"
    HANDOVER_LAPSED = "handover.lapsed"
    TIER_RAISED = "tier.raised"
    TIER_LOWERED = "tier.lowered"
    COLLABORATOR_JOINED = "collaborator.joined"
    COLLABORATOR_LEFT = "collaborator.left"
    LEAD_ASKED = "lead.asked"
    LEAD_GIVEN = "lead.given"
    NO_REPLY_NEEDED = "reply.not_needed"
    RESOLUTION_UNDONE = "resolution.undone"
    SUGGESTION_RAISED = "suggestion.raised"
    SUGGESTION_TAKEN = "suggestion.taken"
    SUGGESTION_DISMISSED = "suggestion.dismissed"
    RISK_STOPPED = "risk.stopped"
    RISK_CANCELLED = "risk.cancelled"
    RISK_EXPIRED = "risk.expired"
    RISK_CONFIRMED = "risk.confirmed"
    RISK_APPROVED = "risk.approved"
    RISK_REJECTED = "risk.rejected"
    REASON_CREATED = "reason.created"
    REASON_CHANGED = "reason.changed"
    REASON_REMOVED = "reason.removed"
    TAG_CREATED = "tag.created"
    TAG_CHANGED = "tag.changed"
    TAG_REMOVED = "tag.removed"
    RISK_GROUP_CREATED = "risk.group_created"
    RISK_GROUP_CHANGED = "risk.group_changed"
    RISK_GROUP_REMOVED = "risk.group_removed"
    OWN_ADDRESS_ADDED = "own_address.added"
    OWN_ADDRESS_REMOVED = "own_address.removed"
    CONVERSATION_OPENED = "conversation.opened"
    CONVERSATION_REOPENED = "conversation.reopened"
    CONVERSATION_TAKEN = "conversation.taken"
    CONVERSATION_RELEASED = "conversation.released"
    CONVERSATION_TRANSFERRED = "conversation.transferred"
    CONVERSATION_RESOLVED = "conversation.resolved"
    CUSTOMER_BLOCKED = "customer.blocked"
    CUSTOMER_UNBLOCKED = "customer.unblocked"
    CONVERSATION_VIEWED = "conversation.viewed"
    MESSAGE_SENT = "message.sent"
    MESSAGE_RETRIED = "message.retried"
    MESSAGE_DISCARDED = "message.discarded"
    NOTE_WRITTEN = "note.written"
    NOTICES_CHANGED = "agent.notices"
    WORKSPACE_FOUNDED = "workspace.founded"
    WORKSPACE_CHANGED = "workspace.changed"
    RESOLUTION_ASKED = "resolution.asked"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_ERASED = "audit.erased"


HAS = text("address <> ''")


def fresh_salt() -> str:
    """Return what hides an event's words in its digest: without it nobody can try words out."""
    return secrets.token_hex(16)


RESTS = "kind IN ('conversation.waiting', 'conversation.snoozed', 'conversation.woken')"


class Event(Model):
    """One deed, never changed and never removed. `seq` is its place in a thread if it has one.

    `address` is the address of who asked, empty for the desk itself. Its digest holds each text
    of `data` only as a digest under `salt`: erasing takes both away, and the digest stays.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_customer_id", "customer_id", "seq"),
        Index("ix_event_at", "at"),
        # The audit log's page narrows by each of these, and reads the newest first.
        Index("ix_event_by_id", "by_id", "at"),
        Index("ix_event_kind", "kind", "at"),
        Index("ix_event_project_id", "project_id", "at"),
        Index("ix_event_address", "address", "at", sqlite_where=HAS, postgresql_where=HAS),
        # The reports: what was parked, and when it was taken up.
        Index(
            "ix_event_rest",
            *("at", "conversation_id"),
            sqlite_where=text(RESTS),
            postgresql_where=text(RESTS),
        ),
    )

    id: Mapped[primary_key]
    kind: Mapped[line]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("agent.id"))
    project_id: Mapped[int | None] = mapped_column(Big, ForeignKey("project.id"))
    customer_id: Mapped[int | None] = mapped_column(Big, ForeignKey("customer.id"))
    conversation_id: Mapped[int | None] = mapped_column(
        Big, ForeignKey("conversation.id"), index=True
    )
    seq: Mapped[int | None] = mapped_column(Big)
    address: Mapped[line] = mapped_column(default="", server_default="")
    salt: Mapped[word | None] = mapped_column(default=fresh_salt)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    by: Mapped[Agent | None] = relationship()
