"""Waivers: a supervisor's pardon of a broken promise, as a row beside the clock."""

from __future__ import annotations

from datetime import datetime

from support.db import db
from support.models import Agent, SlaClock, SlaWaiver
from support.reasons import has_words
from support.refusals import (
    NothingToWaive,
    OwnWaiver,
    TextTooLong,
    WaivedAlready,
    WaiverReasonMissing,
)
from support.sla import overdue

LIMIT = 255


def waive(clock: SlaClock, reason: str, *, by: Agent, now: datetime) -> SlaWaiver:
    """Pardon a clock whose due time passed first, one that still runs included; it stays as it is.

    There is no way back. Refuses one's own, a second waiver, and one without a reason.
    """
    reason = reason.strip()
    if not has_words(reason):
        raise WaiverReasonMissing
    if len(reason) > LIMIT:
        raise TextTooLong(length=len(reason), limit=LIMIT)
    if clock.waiver is not None:
        raise WaivedAlready(name=clock.waiver.by.name)
    if clock.verdict(now) != "breached":
        raise NothingToWaive
    if clock.stopped_at is None:
        overdue.mark([clock], now=now)
    if is_own(clock, by):
        raise OwnWaiver
    waiver = SlaWaiver(clock_id=clock.id, by_id=by.id, reason=reason, at=now)
    db.session.add(waiver)
    db.session.flush()
    db.session.expire(clock, ["waiver"])
    return waiver


def is_own(clock: SlaClock, agent: Agent) -> bool:
    """Whether the agent held it when it was due, or when it began if nobody did then."""
    held = clock.due_holder_id if clock.due_holder_id is not None else clock.holder_id
    return held == agent.id
