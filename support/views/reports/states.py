"""What can have become of a clock, and whose that is: as filters of the rows behind a figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from support.models import Conversation, SlaClock
from support.reports.durations import DEED

Rule = ColumnElement[bool]
RUNS = SlaClock.stopped_at.is_(None)


def _verdict(word: str) -> Callable[[datetime], Rule]:
    return lambda now: SlaClock.verdict(now) == word


STATES: dict[str, Callable[[datetime], Rule]] = {
    "done": lambda _now: and_(~RUNS, DEED),
    "met": _verdict("met"),
    "breached": _verdict("breached"),
    "void": _verdict("void"),
    "outage": lambda now: and_(SlaClock.verdict(now) == "breached", SlaClock.outage),
    "waiting": lambda _now: RUNS,
    "overdue": lambda now: and_(RUNS, SlaClock.verdict(now) == "breached"),
    "voided": lambda _now: SlaClock.stop_reason.in_(("no_reply_needed", "resolved_unanswered")),
}


def whose(state: str, who: int) -> Rule:
    """A duration is his who stopped it, a breach his who held it at due, a wait his who has it."""
    has, held = same(Conversation.assignee_id, who), same(SlaClock.due_holder_id, who)
    if state == "waiting":
        return has
    if state in ("breached", "overdue", "outage"):
        unseen = and_(RUNS, SlaClock.due_seen_at.is_(None), has)
        seen = and_(or_(~RUNS, SlaClock.due_seen_at.is_not(None)), held)
        own = or_(unseen, seen)
        return own if state == "outage" else and_(own, ~SlaClock.outage)
    return same(SlaClock.stopped_by_id, who)


def same(column: Any, number: int) -> Rule:
    """0 stands for nobody, and for no reason."""
    return column == number if number else column.is_(None)
