"""Tiers: which promise applies; an escalation raises it, only a supervisor lowers it."""

from __future__ import annotations

from datetime import datetime

from support import events, sla
from support.conversations import announce, locked
from support.models import Agent, Conversation, EventKind
from support.refusals import AlreadyResolved, BadChoice, NotAllowed, TierNotLower
from support.transfer import commands

TIERS = ("standard", "escalated", "urgent")


def higher(one: str, other: str) -> str:
    """Return the higher one of two tiers."""
    return max(one, other, key=TIERS.index)


def checked(tier: str) -> str:
    """Return a tier; refuse what is none."""
    if tier not in TIERS:
        raise BadChoice(value=tier)
    return tier


def raise_tier(
    conversation: Conversation, tier: str, *, by: Agent | None, now: datetime, phrase: str = ""
) -> bool:
    """Raise the tier of a running conversation; one that is as high already stays as it is."""
    seq = locked(conversation)
    before = conversation.tier
    if conversation.is_resolved or higher(before, checked(tier)) == before:
        return False
    conversation.tier = tier
    sla.raised(conversation, by=by, seq=seq, now=now)
    facts = {"from": before, "to": tier, "phrase": phrase}
    events.record_in(conversation, EventKind.TIER_RAISED, by=by, now=now, seq=seq, **facts)
    announce(conversation, "desk")
    return True


def lower_tier(conversation: Conversation, tier: str, *, by: Agent, now: datetime) -> None:
    """Lower the tier, as a supervisor; refuse anyone else, and a tier that is not lower."""
    seq = locked(conversation)
    if conversation.is_resolved:
        raise AlreadyResolved
    if not commands(by, conversation):
        raise NotAllowed
    before = conversation.tier
    if TIERS.index(checked(tier)) >= TIERS.index(before):
        raise TierNotLower
    conversation.tier = tier
    sla.lowered(conversation, by=by, seq=seq, now=now)
    facts = {"from": before, "to": tier}
    events.record_in(conversation, EventKind.TIER_LOWERED, by=by, now=now, seq=seq, **facts)
    announce(conversation, "desk")
