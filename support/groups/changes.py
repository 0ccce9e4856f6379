"""Make, change and remove groups; each change is recorded, and routing looks again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from support import events, live, queue
from support.db import db
from support.groups import rules
from support.groups.members import agents_of
from support.models import (
    Agent,
    Calendar,
    Conversation,
    EventKind,
    Group,
    GroupMember,
    Membership,
    Project,
    Role,
)
from support.people import may_hold
from support.refusals import FallbackOfAnother, GroupNotEmpty, LastFrontline, MemberUnfit

CHANGEABLE = (
    *("name", "level", "scope", "strategy", "capacity", "hours", "calendar"),
    *("fallback", "fallback_minutes", "accept_minutes", "silent_minutes"),
)
FRONTLINE, ADVANCED = "Frontline", "Advanced Support Group"
# What teams call their levels, for who wants one more.
LEVELS = {ADVANCED: 2, "Technical": 3, "Management": 4}


def create(
    project: Project, name: str, *, level: int = 1, by: Agent | None, now: datetime, **values: Any
) -> Group:
    """Make a group; the first one of a project adopts what runs there without a group.

    Above the frontline the agents are chosen, and those online come first, unless said else.
    """
    level = rules.checked("level", level)
    usual = {"scope": "chosen", "strategy": "online_first"} if level > 1 else {}
    name = rules.free_name(project.id, name)
    first = not rules.in_project(project.id)
    group = Group(project_id=project.id, name=name, level=level, created_at=now, hours=None)
    _set(group, {**usual, **values})
    db.session.add(group)
    db.session.flush()
    if first:
        _adopt(group, now=now)
    facts = {field: _plain(getattr(group, field)) for field in CHANGEABLE}
    events.record(
        EventKind.GROUP_CREATED, by=by, now=now, project_id=project.id, group=group.id, **facts
    )
    look_again(group)
    return group


def change(group: Group, *, by: Agent | None, now: datetime, **values: Any) -> None:
    """Change rules of a group; what changed is recorded with before and after.

    Where everybody was in it and agents are chosen from now on, those in it are the chosen ones.
    """
    rules.settled(group.project_id)
    before = {field: _plain(getattr(group, field)) for field in CHANGEABLE}
    crew = agents_of(group)
    if "name" in values:
        values["name"] = rules.free_name(group.project_id, values["name"], but=group.id)
    _set(group, values)
    after = {field: _plain(getattr(group, field)) for field in CHANGEABLE}
    changed = {
        field: [before[field], after[field]]
        for field in CHANGEABLE
        if before[field] != after[field]
    }
    if changed:
        _record(group, EventKind.GROUP_CHANGED, by=by, now=now, changed=changed)
        look_again(group)
    if changed.get("scope") == ["all", "chosen"]:
        set_members(group, crew, by=by, now=now)


def _set(group: Group, values: dict[str, Any]) -> None:
    """Set what was asked for; nothing is changed when one rule breaks another."""
    good = {field: _good(field, value) for field, value in values.items()}
    level = good.get("level", group.level)
    rules.require_calendar(group, good.get("calendar", group.calendar))
    rules.require_scope(level, good.get("scope", group.scope or "all"))
    if good.keys() & {"level", "fallback"}:
        rules.require_fallback(group, good.get("fallback", group.fallback), level=level)
        rules.require_followers(group, level=level)
    for field, value in good.items():
        setattr(group, field, value)


def _good(field: str, value: Any) -> Any:
    if field not in CHANGEABLE:
        msg = f"a group has no rule named {field}"
        raise TypeError(msg)
    return value if field in ("name", "fallback", "calendar") else rules.checked(field, value)


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Group | Calendar) else value


def set_members(group: Group, agents: Sequence[Agent], *, by: Agent | None, now: datetime) -> None:
    """Choose the agents of a group, in the order in which they take turns."""
    chosen = list(dict.fromkeys(agents))
    for agent in chosen:
        if not may_hold(agent, group.project):
            raise MemberUnfit(name=agent.name)
    kept = {row.agent_id: row for row in group.members}
    before = [row.agent.name for row in group.members]
    for agent_id, row in kept.items():
        if agent_id not in {agent.id for agent in chosen}:
            db.session.delete(row)
    for position, agent in enumerate(chosen):
        row = kept.get(agent.id) or GroupMember(
            group_id=group.id, agent_id=agent.id, position=position, added_at=now
        )
        row.position = position
        db.session.add(row)
    db.session.flush()
    db.session.expire(group, ["members"])
    names = [agent.name for agent in chosen]
    if names != before:
        changed = {"members": [before, names]}
        _record(group, EventKind.GROUP_CHANGED, by=by, now=now, changed=changed)
    live.poke("desk", agents=(*kept, *(agent.id for agent in chosen)))
    look_again(group)


def remove(group: Group, *, by: Agent | None, now: datetime) -> None:
    """Remove a group that has no conversations; refuse the one to which customers come.

    `routing.dissolve` moves its conversations to the fallback first.
    """
    rules.settled(group.project_id)
    others = [one for one in rules.in_project(group.project_id) if one is not group]
    if others and not any(one.level <= group.level for one in others):
        raise LastFrontline(name=group.name)
    for other in others:
        if other.fallback_id == group.id:
            raise FallbackOfAnother(name=other.name)
    rules.only(group)
    if count := running_in(group):
        raise GroupNotEmpty(name=group.name, count=count)
    group.removed_at = now
    db.session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
    db.session.expire(group, ["members"])
    _record(group, EventKind.GROUP_REMOVED, by=by, now=now)


def running_in(group: Group) -> int:
    """Count the conversations of a group that are not resolved."""
    count = select(func.count()).where(Conversation.group_id == group.id, ~Conversation.is_resolved)
    return db.session.scalar(count) or 0


def offer(project: Project, *, by: Agent | None, now: datetime) -> list[Group]:
    """Make the two groups every team begins with; a project that has groups keeps its own.

    The frontline is every agent of the project; the Advanced Support Group its supervisors.
    """
    if found := rules.in_project(project.id):
        return found
    first = create(project, FRONTLINE, by=by, now=now)
    second = create(project, ADVANCED, level=2, by=by, now=now)
    set_members(second, _supervisors(project), by=by, now=now)
    return [first, second]


def _supervisors(project: Project) -> list[Agent]:
    place = select(Membership.agent_id).where(
        Membership.project_id == project.id, Membership.role == Role.SUPERVISOR
    )
    rows = select(Agent).where(Agent.id.in_(place), Agent.disabled_at.is_(None))
    return list(db.session.scalars(rows.order_by(Agent.id)))


def _adopt(group: Group, *, now: datetime) -> None:
    """What ran in the project without a group is this group's now; what waits, waits in it."""
    loose = (
        Conversation.project_id == group.project_id,
        Conversation.group_id.is_(None),
        ~Conversation.is_resolved,
    )
    waits = (*loose, Conversation.assignee_id.is_(None))
    db.session.execute(update(Conversation).where(*waits).values(queued_at=now))
    db.session.execute(update(Conversation).where(*loose).values(group_id=group.id))


def _record(group: Group, kind: EventKind, *, by: Agent | None, now: datetime, **data: Any) -> None:
    facts = {"group": group.id, "name": group.name, **data}
    events.record(kind, by=by, now=now, project_id=group.project_id, **facts)
    live.poke("desk", project=group.project_id, queue=True)


def look_again(group: Group) -> None:
    """After the commit, give what waits here to whoever may have it now."""
    queue.enqueue(queue.JOBS, "support.sweeps.drain_group", group.id)
