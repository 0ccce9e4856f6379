"""What moves several clocks of a conversation at once: a handover, a tier, an end, a new start."""

from __future__ import annotations

from datetime import datetime

from support.models import Agent, Conversation, Handover
from support.sla import resolutions, responses, succession
from support.sla.clocks import Start, settle
from support.sla.resolutions import rested

__all__ = ["closed", "handed_over", "lowered", "raised", "reopened", "rested"]


def handed_over(conversation: Conversation, handover: Handover, *, now: datetime) -> None:
    """An escalation begins the new tier's promises; no other move touches what the customer has."""
    if handover.kind == "escalation":
        start = Start("handover", handover.id, handover.seq, now)
        resolutions.raised(conversation, start, by_id=handover.by_id, now=now)
        succession.escalated(conversation, handover, now=now)
    else:
        succession.left_the_group(conversation, handover, now=now)


def raised(conversation: Conversation, *, by: Agent | None, seq: int, now: datetime) -> None:
    """The tier is higher than it was, where it is: its promises begin."""
    start = Start("tier", None, seq, now)
    resolutions.raised(conversation, start, by_id=by.id if by else None, now=now)
    succession.retiered(conversation, lower=False, seq=seq, by=by, now=now)


def lowered(conversation: Conversation, *, by: Agent, seq: int, now: datetime) -> None:
    """The tier is lower than it was: the old promises go on."""
    resolutions.lowered(conversation, seq=seq, by=by, now=now)
    succession.retiered(conversation, lower=True, seq=seq, by=by, now=now)


def closed(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """The case is resolved, as of the click."""
    responses.closed(conversation, by=by, now=now)
    resolutions.resolved(conversation, by=by, now=now)
    settle(conversation)


def reopened(conversation: Conversation, *, seq: int, closed_at: datetime, now: datetime) -> None:
    """The case is open again: the full resolution is measured from here."""
    resolutions.reopened(conversation, seq=seq, closed_at=closed_at, now=now)
