"""Acceptance clocks: from a handover's coming to somebody's desk to his first act on it."""

from __future__ import annotations

from datetime import datetime

from support.models import Conversation, Handover
from support.sla.clocks import Start, begin, running, settle, stop
from support.sla.terms import of_policy


def landed(conversation: Conversation, handover: Handover, *, now: datetime) -> None:
    """A handover has come to a desk: whoever sits there is to accept it."""
    start = Start("handover", handover.id, handover.seq, now)
    begin(conversation, "acceptance", start, of_policy(conversation, "acceptance"), now=now)


def accepted(conversation: Conversation, *, by_id: int, now: datetime) -> None:
    """The receiver has accepted, in words or by his first reply."""
    _stopped(conversation, "accepted", by_id=by_id, now=now)


def moved_on(conversation: Conversation, *, now: datetime) -> None:
    """The conversation went on, or was closed, before anybody accepted it."""
    _stopped(conversation, "moved", by_id=None, now=now)


def _stopped(conversation: Conversation, why: str, *, by_id: int | None, now: datetime) -> None:
    clocks = running(conversation, "acceptance")
    for clock in clocks:
        stop(clock, why, at=now, by_id=by_id)
    if clocks:
        settle(conversation)
