"""Who is told that a conversation changed: whoever may see it, and nobody else."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from support import groups, live
from support.db import db, run
from support.live import Poke
from support.models import Assignment, Conversation

TABLE = Assignment.metadata.tables["assignment"]
PRESENT = select(TABLE.c.agent_id).where(
    TABLE.c.conversation_id == bindparam("conversation"), TABLE.c.ended_at.is_(None)
)


def announce(
    conversation: Conversation,
    *names: str,
    queue: bool = False,
    also: tuple[int, ...] = (),
    present: tuple[int, ...] | None = None,
) -> None:
    """Poke everyone who may see this conversation: its thread changed, and `names`.

    Who has just found out who is at it, says so with `present`.
    """
    names = (f"conversation-{conversation.id}", *names)
    told = announcement(conversation, *names, queue=queue, also=also, present=present)
    live.send_after_commit(told)


def announcement(
    conversation: Conversation,
    *names: str,
    queue: bool = False,
    also: tuple[int, ...] = (),
    data: str = "",
    present: tuple[int, ...] | None = None,
) -> Poke:
    """Return the poke that reaches whoever may see this conversation, and nobody else.

    What waits in a group's queue is for the agents of that group, where the project lets
    agents see queues.
    """
    waits = conversation.assignee_id is None and not conversation.is_resolved
    told = (queue or waits) and conversation.project.agents_see_queue
    chosen = groups.chosen_ids(conversation.group) if told and conversation.group else None
    return Poke(
        names,
        project=conversation.project_id,
        agents=(*(joined(conversation) if present is None else present), *also, *(chosen or ())),
        queue=told and chosen is None,
        data=data,
    )


def joined(conversation: Conversation) -> tuple[int, ...]:
    """Return who is at this conversation: its holder, even of a resolved one, and who joined."""
    db.session.flush()
    present = run(PRESENT, {"conversation": conversation.id}).scalars()
    holder = (conversation.assignee_id,) if conversation.assignee_id else ()
    return tuple(dict.fromkeys((*holder, *present)))
