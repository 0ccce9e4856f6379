"""The countdown of one conversation, as a line of what stands around its thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Row, Select, String, cast, literal, null, select

from support.access import Look
from support.db import db
from support.models import SlaClock, SlaPolicy
from support.sla import countdown
from support.sla.countdown import Countdown
from support.views.lines import CASE

LINE = Row[*tuple[Any, ...]]


@cache
def clock() -> Select[*tuple[Any, ...]]:
    """Ask for the clock that presses most, in the columns of what stands around a thread."""
    return (
        select(
            literal("clock", String).label("what"),
            SlaClock.id.label("id"),
            SlaClock.calendar_version_id.label("agent_id"),
            literal("", String).label("name"),
            SlaClock.metric.label("word"),
            SlaClock.target_seconds.label("number"),
            cast(SlaPolicy.stages, String).label("text"),
            SlaClock.counted_at.label("at"),
            SlaClock.due_at.label("until"),
            cast(null(), JSON).label("data"),
        )
        .outerjoin(SlaPolicy, SlaPolicy.id == SlaClock.policy_id)
        .where(SlaClock.id == countdown.pressing(CASE))
    )


def read(rows: Sequence[LINE]) -> Countdown | None:
    """Return the countdown that such a line says."""
    for row in rows:
        return countdown.of(
            row.word, row.until, row.at, row.number, row.text, calendar_version_id=row.agent_id
        )
    return None


def of(look: Look) -> Countdown | None:
    """Read the countdown of a conversation; who had to let it go sees none."""
    if look.left is not None:
        return None
    return read(db.session.execute(clock(), {"case": look.conversation.id}).all())
