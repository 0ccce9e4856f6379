"""Response clocks: from the oldest unanswered message to the next human reply that was accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, literal_column, select

from support import groups
from support.db import db, run
from support.models import Agent, Conversation, Group, Message, Role, SlaClock
from support.people import membership
from support.sla.clocks import RESPONSES, TABLE, Start, begin, running, settle, stop
from support.sla.terms import of_policy

SAID = Message.metadata.tables["message"]
OF_THIS = SAID.c.conversation_id == bindparam("conversation")
PLACE = func.coalesce(SAID.c.retried_seq, SAID.c.seq)
HUMAN = (OF_THIS, SAID.c.direction == literal_column("'out'"), SAID.c.agent_id.is_not(None))
WAITS = (SAID.c.sent_at.is_(None), SAID.c.failed_at.is_(None), SAID.c.deleted_at.is_(None))
ACTIVE = (
    select(TABLE.c.id)
    .where(
        TABLE.c.conversation_id == bindparam("conversation"),
        TABLE.c.stopped_at.is_(None),
        TABLE.c.ends_at.is_(None),
        TABLE.c.metric.in_([literal_column(f"'{metric}'") for metric in RESPONSES]),
    )
    .limit(1)
)
UNDER_WAY = select(func.coalesce(func.max(PLACE), 0)).where(*HUMAN, *WAITS)
ANSWERED = select(func.coalesce(func.max(PLACE), 0)).where(*HUMAN, SAID.c.failed_at.is_(None))
OLDEST = (
    select(SAID.c.id, SAID.c.seq, SAID.c.telegram_at, SAID.c.created_at)
    .where(
        OF_THIS,
        SAID.c.direction == literal_column("'in'"),
        SAID.c.seq > bindparam("after"),
        SAID.c.seq <= bindparam("upto"),
    )
    .order_by(SAID.c.seq)
    .limit(1)
)
ANY = 2**62


def received(conversation: Conversation, message: Message, *, first: bool, now: datetime) -> None:
    """The customer writes: what is not answered yet began with the oldest message.

    Telegram's own time counts where it is earlier than ours; a date in the future is not.
    """
    start = _start(message)
    if first:
        begin(conversation, "resolution", start, of_policy(conversation, "resolution"), now=now)
        _begin(conversation, "first_response", start, now=now)
    elif run(ACTIVE, {"conversation": conversation.id}).first() is None:
        _begin(conversation, "next_response", start, now=now)


def _start(message: Message | Row[Any]) -> Start:
    at = min(message.telegram_at or message.created_at, message.created_at)
    return Start("message", message.id, message.seq, at)


def _begin(conversation: Conversation, metric: str, start: Start, *, now: datetime) -> None:
    begin(conversation, metric, start, of_policy(conversation, metric), now=now)


def replied(conversation: Conversation, message: Message) -> None:
    """Telegram has accepted an agent's reply, which answers at the moment he sent it."""
    if message.agent_id is None:
        return
    ours = [
        clock
        for clock in running(conversation, *RESPONSES)
        if clock.started_seq < message.posted_seq and _counts(clock, message)
    ]
    for clock in ours:
        stop(clock, "reply", at=message.posted_at, by_id=message.agent_id)
        _follows(conversation, clock, after=message.posted_seq)
    if ours:
        settle(conversation)


def _counts(clock: SlaClock, message: Message) -> bool:
    """Whether this agent's reply is what the clock waits for."""
    if clock.only_group_id is None:
        return True
    return stands(
        db.session.get_one(Agent, message.agent_id or 0),
        db.session.get_one(Group, clock.only_group_id),
    )


def stands(agent: Agent, group: Group) -> bool:
    """Answer whether an agent is of a group or of one as high, or commands the project."""
    place = membership(agent, group.project)
    if agent.is_owner or (place is not None and place.role == Role.SUPERVISOR):
        return True
    high = [one for one in groups.in_project(group.project_id) if one.level >= group.level]
    return any(groups.is_member(agent, one) for one in {group.id: group, **_by_id(high)}.values())


def _by_id(found: list[Group]) -> dict[int, Group]:
    return {one.id: one for one in found}


def _follows(conversation: Conversation, clock: SlaClock, *, after: int) -> None:
    """What was written while the reply was under way waits now, or ended with what ended that."""
    if clock.ends_at is None:
        _next(conversation, after=after)
        return
    row = _oldest(conversation, after=after)
    if row is not None and row.created_at <= clock.ends_at:
        terms = of_policy(conversation, "next_response", clock.tier)
        begun = begin(
            conversation, "next_response", _start(row), terms, now=row.created_at, tier=clock.tier
        )
        missed = db.session.get_one(SlaClock, begun)
        end(missed, clock.ends_why, at=clock.ends_at, by_id=clock.ends_by_id)


def _next(conversation: Conversation, *, after: int) -> None:
    row = _oldest(conversation, after=max(after, conversation.quiet_seq))
    if row is None or run(ACTIVE, {"conversation": conversation.id}).first() is not None:
        return
    _begin(conversation, "next_response", _start(row), now=row.created_at)


def _oldest(conversation: Conversation, *, after: int, upto: int = ANY) -> Row[Any] | None:
    return run(OLDEST, {"conversation": conversation.id, "after": after, "upto": upto}).first()


def under_way(conversation: Conversation) -> int:
    """Return the place of the last reply that waits for Telegram's answer; 0 without one."""
    db.session.flush()
    return run(UNDER_WAY, {"conversation": conversation.id}).scalar_one()


def replies_under_way(cases: set[int]) -> dict[int, int]:
    """Return the place of the last reply under way of those conversations that have one."""
    rows = select(SAID.c.conversation_id, func.max(PLACE)).where(
        SAID.c.conversation_id.in_(cases), *HUMAN[1:], *WAITS
    )
    found = db.session.execute(rows.group_by(SAID.c.conversation_id))
    return {row[0]: row[1] for row in found}


def end(clock: SlaClock, why: str, *, at: datetime, by_id: int | None) -> None:
    """End a clock, unless a reply under way should turn out to have answered before."""
    conversation = db.session.get_one(Conversation, clock.conversation_id)
    if under_way(conversation) > clock.started_seq:
        clock.ends_at, clock.ends_why, clock.ends_by_id = at, why, by_id
    else:
        stop(clock, why, at=at, by_id=by_id)


def refused(conversation: Conversation) -> None:
    """Telegram has refused a reply: it stops nothing, and what ended a clock meanwhile does."""
    waits = under_way(conversation)
    for clock in running(conversation, *RESPONSES):
        if clock.ends_at is not None and clock.started_seq >= waits:
            stop(clock, clock.ends_why, at=clock.ends_at, by_id=clock.ends_by_id)


def active(conversation: Conversation) -> list[SlaClock]:
    """Return the response clocks that nothing has ended yet."""
    return [clock for clock in running(conversation, *RESPONSES) if clock.ends_at is None]


def not_needed(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """An agent says that no reply is needed: what ran is void, and counted as his."""
    for clock in active(conversation):
        end(clock, "no_reply_needed", at=now, by_id=by.id)
    settle(conversation)


def closed(conversation: Conversation, *, by: Agent, now: datetime) -> None:
    """The case is closed: whoever is not answered by now was resolved unanswered."""
    clocks = active(conversation)
    waits = bool(clocks) and waiting(conversation) is not None
    for clock in clocks:
        unanswered = waits or clock.started_kind == "message"
        end(clock, "resolved_unanswered" if unanswered else "closed", at=now, by_id=by.id)


def waiting(conversation: Conversation) -> Start | None:
    """Return since when the customer waits for words; a reply under way counts as an answer."""
    db.session.flush()
    answered = run(ANSWERED, {"conversation": conversation.id}).scalar_one()
    row = _oldest(conversation, after=max(answered, conversation.quiet_seq))
    return _start(row) if row else None
