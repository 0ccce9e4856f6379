"""The move itself, whichever verb asks for it: the old desk goes dark, the new one has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support import events, groups, notes, routing, sla, unread
from support.conversations import (
    announce,
    assign,
    move_to,
    queue_up,
    unassign,
)
from support.db import db
from support.models import (
    Agent,
    Conversation,
    EscalationReason,
    EventKind,
    Group,
    Handover,
    Note,
)
from support.reasons import is_seen

KINDS = {
    "escalation": EventKind.CONVERSATION_ESCALATED,
    "return": EventKind.CONVERSATION_RETURNED,
    "auto": EventKind.HANDOVER_LAPSED,
}


@dataclass(frozen=True, slots=True)
class Move:
    """One move: whose it is afterwards, and on whose desk; without an agent it waits there."""

    kind: str
    group: Group | None
    agent: Agent | None
    note: str = ""
    parts: dict[str, Any] | None = None
    reason: EscalationReason | None = None
    tier: str | None = None


def make(
    conversation: Conversation, move: Move, *, by: Agent | None, now: datetime, seq: int
) -> Handover:
    """Move a conversation whose thread is locked; the previous holder leaves at number `seq`.

    Without an agent it waits in the group, which gives it to a member if it can.
    """
    left, group_before = conversation.assignee, conversation.group
    unassign(conversation, now=now, seq=seq)
    handover = Handover(
        conversation_id=conversation.id,
        kind=move.kind,
        by_id=by.id if by else None,
        from_agent_id=left.id if left else None,
        to_agent_id=move.agent.id if move.agent else None,
        from_group_id=group_before.id if group_before else None,
        to_group_id=move.group.id if move.group else None,
        reason_id=move.reason.id if move.reason else None,
        tier=move.tier,
        asked_at=now,
        accepted_at=now if move.kind == "takeover" else None,
        seq=seq,
    )
    db.session.add(handover)
    _arrive(conversation, move, left, by=by, now=now)
    handover.note = _noted(conversation, move, by=by, now=now, seq=seq)
    db.session.flush()
    sla.handed_over(conversation, handover, now=now)
    _recorded(conversation, handover, move, left, by=by)
    told = (*alerted(group_before), *((left.id,) if left else ()))
    announce(conversation, "desk", also=told, queue=move.agent is None)
    if move.agent is None:
        routing.route(conversation, now=now, trigger=move.kind)
    return handover


def alerted(group: Group | None) -> tuple[int, ...]:
    """Return who saw it in the old group's queue, and must be told that it is gone."""
    return tuple(agent.id for agent in groups.agents_of(group)) if group else ()


def _arrive(
    conversation: Conversation,
    move: Move,
    left: Agent | None,
    *,
    by: Agent | None,
    now: datetime,
) -> None:
    """Put it on a desk or into a queue; who let it go himself is not given it back from there."""
    if move.agent is None:
        queue_up(conversation, move.group, by=left if by else None, now=now)
        return
    move_to(conversation, move.group)
    assign(conversation, move.agent, now=now)
    unread.since_answer(conversation)


def _noted(
    conversation: Conversation, move: Move, *, by: Agent | None, now: datetime, seq: int
) -> Note | None:
    if not is_seen(move.note):
        return None
    return notes.add(conversation, move.note, by=by, now=now, seq=seq, parts=move.parts)


def _recorded(
    conversation: Conversation,
    handover: Handover,
    move: Move,
    left: Agent | None,
    *,
    by: Agent | None,
) -> None:
    to_name = move.agent.name if move.agent else move.group.name if move.group else ""
    events.record_in(
        conversation,
        KINDS.get(move.kind, EventKind.CONVERSATION_TRANSFERRED),
        by=by,
        now=handover.asked_at,
        seq=handover.seq,
        handover=handover.id,
        move=move.kind,
        from_name=left.name if left else "",
        to_name=to_name,
        group=move.group.name if move.group else "",
        reason=move.reason.name if move.reason else "",
        tier=move.tier or conversation.tier,
    )
