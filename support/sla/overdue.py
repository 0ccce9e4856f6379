"""Overdue: who held a conversation when its clock was due, and whether anybody could answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from support import plans
from support.db import db
from support.models import (
    Assignment,
    BotState,
    Conversation,
    Event,
    EventKind,
    Handover,
    SlaClock,
    SlaReminder,
)


def done(clocks: Iterable[SlaClock]) -> dict[int, set[str]]:
    """Return for each clock the stages that have come, and `due` if that has been seen."""
    found = {clock.id: {"due"} if clock.due_seen_at else set[str]() for clock in clocks}
    rows = select(SlaReminder.clock_id, SlaReminder.stage).where(SlaReminder.clock_id.in_(found))
    for clock_id, stage in db.session.execute(rows):
        found[clock_id].add(stage)
    return found


def mark(clocks: Sequence[SlaClock], *, now: datetime) -> None:
    """Write down who held what is overdue when it was due, once, however late one looks."""
    late = [(one, one.due_at) for one in clocks if one.due_at and one.due_seen_at is None]
    if not late:
        return
    cases, first = {clock.conversation_id for clock, _due in late}, min(due for _, due in late)
    held, left, ends = _held(cases, first), _left(cases, first), plans.trial_ends_at()
    states = _states({clock.project_id for clock, _due in late})
    for clock, due in late:
        holder = next((one for one in held[clock.conversation_id] if _covers(one, due)), None)
        clock.due_seen_at = now
        clock.due_holder_id = holder.agent_id if holder else None
        clock.due_group_id = holder.group_id if holder else _group(clock, due, left)
        over = ends is not None and ends <= due
        clock.outage = clock.outage or over or _is_in_trouble(states.get(clock.project_id), due)


def _held(cases: set[int], first: datetime) -> dict[int, list[Assignment]]:
    """Return who held these conversations from an instant on, the last of each first."""
    rows = select(Assignment).where(
        Assignment.conversation_id.in_(cases),
        Assignment.role == "assignee",
        or_(Assignment.ended_at.is_(None), Assignment.ended_at > first),
    )
    found: dict[int, list[Assignment]] = defaultdict(list)
    for one in db.session.scalars(rows.order_by(Assignment.id.desc())):
        found[one.conversation_id].append(one)
    return found


def _covers(spell: Assignment, at: datetime) -> bool:
    return spell.started_at <= at and (spell.ended_at is None or spell.ended_at > at)


def _left(cases: set[int], first: datetime) -> dict[int, list[Handover]]:
    """Return how these conversations have moved since an instant, the earliest move first."""
    rows = select(Handover).where(Handover.conversation_id.in_(cases), Handover.asked_at > first)
    found: dict[int, list[Handover]] = defaultdict(list)
    for one in db.session.scalars(rows.order_by(Handover.id)):
        found[one.conversation_id].append(one)
    return found


def _group(clock: SlaClock, at: datetime, left: dict[int, list[Handover]]) -> int | None:
    """Return in whose queue it was: the next move since then tells from where it came."""
    for move in left[clock.conversation_id]:
        if move.asked_at > at:
            return move.from_group_id
    return db.session.get_one(Conversation, clock.conversation_id).group_id


def _states(projects: set[int]) -> dict[int, BotState]:
    rows = select(BotState).where(BotState.project_id.in_(projects))
    return {state.project_id: state for state in db.session.scalars(rows)}


def _is_in_trouble(state: BotState | None, at: datetime) -> bool:
    """Whether the bot could send nothing at an instant."""
    if state is None or state.changed_at is None:
        return False
    if state.changed_at <= at:
        return state.state == "trouble"
    rows = select(Event.kind).where(
        Event.project_id == state.project_id,
        Event.kind.in_((EventKind.BOT_ONLINE, EventKind.BOT_TROUBLE)),
        Event.at <= at,
    )
    return db.session.scalar(rows.order_by(Event.at.desc()).limit(1)) == EventKind.BOT_TROUBLE
