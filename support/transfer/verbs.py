"""Hand a conversation over, or take it from whoever holds it."""

from __future__ import annotations

from datetime import datetime

from support.conversations import locked, require_holder
from support.models import Agent, Conversation, Group, Handover
from support.reasons import is_seen
from support.refusals import (
    AlreadyResolved,
    AlreadyTaken,
    HandoverNoteMissing,
    NotAllowed,
    TransferToSelf,
)
from support.transfer.moving import Move, make
from support.transfer.rules import commands, group_for, refuse_upward, require_fit, require_group


def transfer(
    conversation: Conversation, *, to: Agent | Group, by: Agent, note: str, now: datetime
) -> Handover:
    """Hand a conversation to a colleague or a group: from now on the previous agent sees no more.

    The handover note and the event stand at the last number that the previous agent may
    see. Refuses a transfer by anyone but the assignee, to oneself, to somebody who cannot
    hold it, to a group that has nobody, of a resolved conversation, without the note where
    the project asks for it, and upward: that is an escalation.
    """
    seq = locked(conversation)
    require_holder(conversation, by)
    move = (
        _to_group(conversation, to, note)
        if isinstance(to, Group)
        else _to_agent(conversation, to, by, note)
    )
    refuse_upward(conversation, to)
    if not is_seen(note) and conversation.project.transfer_note == "mandatory":
        raise HandoverNoteMissing
    return make(conversation, move, by=by, now=now, seq=seq)


def _to_group(conversation: Conversation, group: Group, note: str) -> Move:
    require_group(conversation, group)
    return Move("transfer", group, None, note)


def _to_agent(conversation: Conversation, to: Agent, by: Agent, note: str) -> Move:
    if to.id == by.id:
        raise TransferToSelf
    require_fit(conversation, to)
    return Move("transfer", group_for(conversation, to), to, note)


def takeover(
    conversation: Conversation, *, by: Agent, expected: int | None, now: datetime
) -> Handover:
    """Take a conversation from whoever holds it, as a supervisor.

    `expected` is the holder whom the page showed; refuses when it is somebody else by now.
    """
    seq = locked(conversation)
    if not commands(by, conversation):
        raise NotAllowed
    if conversation.is_resolved:
        raise AlreadyResolved
    if conversation.assignee_id == by.id:
        raise TransferToSelf
    if conversation.assignee_id != expected:
        holder = conversation.assignee
        raise AlreadyTaken(holder=holder.name if holder else "")
    require_fit(conversation, by)
    return make(conversation, Move("takeover", conversation.group, by), by=by, now=now, seq=seq)
