"""What happens to those whom nobody can take: the fallback has them, or the owner hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from support import alerts, calendars, events, groups, hours
from support.conversations import announce, locked, move_to, queue_up
from support.db import db
from support.models import Agent, Conversation, Event, EventKind, Group
from support.routing import line
from support.routing.moves import moved_by_itself
from support.routing.placing import route, taken_turn

MOST = 200


def overdue(*, now: datetime) -> list[int]:
    """Return the ids of conversations that have waited longer than their group's time.

    Without a fallback each is named once, and only while the group is open.
    """
    found: list[int] = []
    for group_id in line.groups_waiting():
        group = db.session.get_one(Group, group_id)
        conditions = [Conversation.queued_at <= now - timedelta(minutes=group.fallback_minutes)]
        if group.fallback_id is None:
            if not hours.is_open(calendars.of_group(group), now):
                continue
            conditions.append(~_stranded_already())
        rows = select(Conversation.id).where(
            line.WAITS, Conversation.group_id == group.id, *conditions
        )
        found += db.session.scalars(rows.order_by(Conversation.queued_at).limit(MOST))
    return found


def _stranded_already() -> ColumnElement[bool]:
    return (
        select(Event.id)
        .where(
            Event.conversation_id == Conversation.id,
            Event.kind == EventKind.CONVERSATION_STRANDED,
            Event.at >= Conversation.queued_at,
        )
        .correlate(Conversation)
        .exists()
    )


def fall_back(conversation: Conversation, *, now: datetime) -> bool:
    """Move a conversation that nobody could take to the fallback; without one, alert the owner.

    Under the thread's lock it is looked at again: who was faster leaves nothing to move.
    """
    seq = locked(conversation)
    group = conversation.group
    waits = conversation.assignee_id is None and conversation.status == "open"
    since = now - (conversation.queued_at or now)
    if group is None or not waits or since < timedelta(minutes=group.fallback_minutes):
        return False
    if group.fallback is None:
        _strand(conversation, group, now=now, seq=seq)
    else:
        _fall(conversation, group, group.fallback, now=now, seq=seq)
        route(conversation, now=now, trigger="fallback")
    return True


def _fall(conversation: Conversation, group: Group, to: Group, *, now: datetime, seq: int) -> None:
    moved_by_itself(conversation, from_agent=None, to=to, now=now, seq=seq)
    queue_up(conversation, to, by=None, now=now)
    facts = {"from_group": group.name, "to_group": to.name}
    events.record_in(
        conversation, EventKind.CONVERSATION_FELL_BACK, by=None, now=now, seq=seq, **facts
    )
    # Who saw it in the old queue is told that it has left.
    announce(conversation, "desk", queue=True, also=_ids(groups.agents_of(group)))


def _strand(conversation: Conversation, group: Group, *, now: datetime, seq: int) -> None:
    """Say once that nobody comes: to the group, to its supervisors, and to the owners."""
    facts = {"group": group.name, "minutes": group.fallback_minutes}
    events.record_in(
        conversation, EventKind.CONVERSATION_STRANDED, by=None, now=now, seq=seq, **facts
    )
    wanted = {*_ids(groups.agents_of(group)), *alerts.supervisors(group.project_id)}
    wanted.update(alerts.owners())
    alerts.tell(wanted, conversation, "waiting", by=None, now=now)
    announce(conversation, "desk", queue=True)


def _ids(agents: list[Agent]) -> tuple[int, ...]:
    return tuple(agent.id for agent in agents)


def dissolve(group: Group, *, by: Agent, now: datetime) -> None:
    """Remove a group: its fallback gets what waits, and what is held becomes the fallback's.

    Of a project's only group the conversations become the project's. Refuses where
    `groups.remove` refuses, and conversations without a fallback.
    """
    taken_turn(wait=True)
    alone = len(groups.in_project(group.project_id)) == 1
    if group.fallback is not None or alone:
        rows = select(Conversation).where(
            Conversation.group_id == group.id, ~Conversation.is_resolved
        )
        for conversation in db.session.scalars(rows.order_by(Conversation.id)):
            _handed_on(conversation, group, now=now)
    groups.remove(group, by=by, now=now)
    if group.fallback is not None:
        groups.look_again(group.fallback)


def lying() -> list[int]:
    """Return the ids of what came to a group while it was removed: nobody would look there."""
    rows = select(Conversation.id).join(Group, Group.id == Conversation.group_id)
    rows = rows.where(~Conversation.is_resolved, Group.removed_at.is_not(None))
    return list(db.session.scalars(rows.order_by(Conversation.id).limit(MOST)))


def pick_up(conversation: Conversation, *, now: datetime) -> bool:
    """Bring what lies in a removed group to its fallback, or to where new customers come."""
    seq = locked(conversation)
    group = conversation.group
    if group is None or group.removed_at is None or conversation.is_resolved:
        return False
    to = group.fallback
    if to is None or to.removed_at is not None:
        to = groups.frontline(conversation.project_id)
    if conversation.assignee_id is None and to is not None:
        _fall(conversation, group, to, now=now, seq=seq)
        route(conversation, now=now, trigger="fallback")
    else:
        move_to(conversation, to)
        announce(conversation, "desk", queue=True)
    return True


def _handed_on(conversation: Conversation, group: Group, *, now: datetime) -> None:
    seq = locked(conversation)
    if conversation.assignee_id is None and group.fallback is not None:
        _fall(conversation, group, group.fallback, now=now, seq=seq)
    else:
        move_to(conversation, group.fallback)
        announce(conversation, "desk", queue=True)
