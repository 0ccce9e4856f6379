"""The ladder: what follows from a promise that is due soon, or was due: alerts, then moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from support import alerts, escalation, notices, routing, sla
from support.conversations import locked
from support.models import Conversation
from support.sla import Call


def remind(found: Sequence[tuple[int, int]], *, now: datetime) -> list[Call]:
    """Remind of many clocks (conversation and clock) at once; those that have to move are left.

    Each stage once, whoever looks: the threads are locked, those at which somebody is at work
    are passed over, and a reminder is a row of its own.
    """
    cases = {one.id: one for one in routing.grasp(sorted({case for case, _clock in found}))}
    ids = [clock for case, clock in found if case in cases]
    calls = sla.look(ids, now=now, acting=False)
    _tell(calls, cases, now=now)
    return calls


def climb(conversation: Conversation, clock_id: int, *, now: datetime) -> None:
    """Remind of one clock, and do what its ladder says.

    A clock that was due before its message reached us, or while nothing could be sent, calls
    people and moves nothing.
    """
    locked(conversation)
    for call in sla.look([clock_id], now=now, acting=True):
        _tell([call], {conversation.id: conversation}, now=now)
        if not call.clock.outage:
            for act in call.acts:
                _moved(conversation, act, now=now)


def _tell(calls: Sequence[Call], cases: dict[int, Conversation], *, now: datetime) -> None:
    commanding: dict[int, list[int]] = {}
    called: list[notices.Called] = []
    for call in calls:
        case = cases[call.clock.conversation_id]
        called += [(agent, case, call) for agent in audience(case, call, commanding)]
    for kind, is_breach in (("reminder", False), ("breach", True)):
        wanted = [(agent, case) for agent, case, call in called if call.is_breach is is_breach]
        alerts.tell_all(wanted, kind, now=now)
    notices.tell(called, now=now)


def audience(conversation: Conversation, call: Call, commanding: dict[int, list[int]]) -> list[int]:
    """Return the ids of those whom a stage calls; `commanding` keeps each project's supervisors."""
    told: set[int] = set()
    if "assignee" in call.stage.to and conversation.assignee_id is not None:
        told.add(conversation.assignee_id)
    if "supervisors" in call.stage.to:
        project = conversation.project_id
        if project not in commanding:
            commanding[project] = alerts.supervisors(project)
        told.update(commanding[project])
    if "group" in call.stage.to:
        told.update(alerts.of_group(conversation))
    return sorted(told)


def _moved(conversation: Conversation, act: str, *, now: datetime) -> None:
    if act == "reassign":
        routing.lose_late(conversation, now=now)
    else:
        escalation.overdue(conversation, now=now)
