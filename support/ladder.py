"""The ladder: what follows from a promise that is due soon, or was due: alerts, then moves."""

from __future__ import annotations

from datetime import datetime

from support import alerts, escalation, routing, sla
from support.conversations import locked
from support.models import Conversation
from support.sla import Call


def climb(conversation: Conversation, clock_id: int, *, now: datetime) -> Call | None:
    """Remind of one clock, and do what its ladder says; None when nothing has come.

    Each stage once, whoever looks: the thread is locked, and its reminder is a row of its own.
    A clock that was due before its message reached us, or while nothing could be sent, calls
    people and moves nothing.
    """
    locked(conversation)
    call = sla.look(conversation, clock_id, now=now)
    if call is None:
        return None
    kind = "breach" if call.is_breach else "reminder"
    alerts.tell(audience(conversation, call), conversation, kind, by=None, now=now)
    if not call.clock.outage:
        for act in call.acts:
            _moved(conversation, act, now=now)
    return call


def audience(conversation: Conversation, call: Call) -> set[int]:
    """Return the ids of those whom a stage calls."""
    told: set[int] = set()
    if "assignee" in call.stage.to and conversation.assignee_id is not None:
        told.add(conversation.assignee_id)
    if "supervisors" in call.stage.to:
        told.update(alerts.supervisors(conversation.project_id))
    if "group" in call.stage.to:
        told.update(alerts.of_group(conversation))
    return told


def _moved(conversation: Conversation, act: str, *, now: datetime) -> None:
    if act == "reassign":
        routing.lose_late(conversation, now=now)
    else:
        escalation.overdue(conversation, now=now)
