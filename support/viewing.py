"""Who looked at whose conversation: once per agent, conversation and ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from support import events
from support.db import Big, UTCDateTime, run
from support.models import Agent, Conversation, Event, EventKind

ONCE = timedelta(minutes=10)
EVENT = Event.metadata.tables["event"]
LATELY = (
    select(EVENT.c.id)
    .where(
        EVENT.c.conversation_id == bindparam("conversation", type_=Big),
        EVENT.c.by_id == bindparam("agent", type_=Big),
        EVENT.c.kind == EventKind.CONVERSATION_VIEWED.value,
        EVENT.c.at > bindparam("since", type_=UTCDateTime),
    )
    .limit(1)
)


def lately(conversation: Conversation, *, by: Agent, now: datetime) -> bool:
    """Whether it is written down already that this agent looked, within the last ten minutes."""
    asked = {"conversation": conversation.id, "agent": by.id, "since": now - ONCE}
    return run(LATELY, asked).scalar() is not None


def look_at(conversation: Conversation, *, by: Agent, door: str, now: datetime) -> None:
    """Write down that an agent looked, and through which door.

    Two of his pages that are drawn at once may both be told: nobody waits for that.
    """
    kind = EventKind.CONVERSATION_VIEWED
    events.record_in(conversation, kind, by=by, now=now, seq=None, door=door)
