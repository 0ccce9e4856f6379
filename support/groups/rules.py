"""What holds between the groups of a project: levels, fallbacks, and where customers arrive."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from support import hours
from support.db import db
from support.models import Calendar, Group, Project
from support.people import checked_name
from support.refusals import (
    BadCapacity,
    BadChoice,
    BadLevel,
    BadMinutes,
    CalendarUnfit,
    FallbackCircle,
    FallbackElsewhere,
    FallbackTooLow,
    GroupNameTaken,
    ScopeMustBeChosen,
)

MOST_IN_HAND = 500
MOST_MINUTES = 7 * 24 * 60
CHOICES = {"scope": ("all", "chosen"), "strategy": ("round_robin", "online_first")}
MINUTES = ("fallback_minutes", "accept_minutes", "silent_minutes")


def in_project(project_id: int) -> list[Group]:
    """Return the groups of a project, the frontline first."""
    rows = select(Group).where(Group.project_id == project_id, Group.removed_at.is_(None))
    return list(db.session.scalars(rows.order_by(Group.level, Group.id)))


def keep(group: Group) -> None:
    """Read a group as it is now, and let nobody remove it until the commit."""
    _locked(select(Group).where(Group.id == group.id).with_for_update(read=True))


def only(group: Group) -> None:
    """Wait until nothing is on its way to a group, and let nothing come until the commit."""
    _locked(select(Group).where(Group.id == group.id).with_for_update(key_share=True))


def _locked(rows: Select[Group]) -> None:
    db.session.scalars(rows.execution_options(populate_existing=True)).all()


def settled(project_id: int) -> None:
    """Let nobody else change how groups follow each other, and read them as they are now."""
    project = select(Project.id).where(Project.id == project_id)
    db.session.scalar(project.with_for_update(key_share=True))
    _locked(select(Group).where(Group.project_id == project_id))


def frontline(project_id: int) -> Group | None:
    """Return the group to which new customers come: the first of the lowest level."""
    rows = select(Group).where(Group.project_id == project_id, Group.removed_at.is_(None))
    return db.session.scalar(rows.order_by(Group.level, Group.id).limit(1))


def levels_above(group: Group | None, project_id: int) -> list[Group]:
    """Return the groups to which a conversation of this group can be escalated, nearest first."""
    level = group.level if group else 0
    return [one for one in in_project(project_id) if one.level > level]


def chain(group: Group) -> list[Group]:
    """Return the groups that follow when nobody takes a conversation, one after the other."""
    found: list[Group] = []
    follower = group.fallback
    while follower is not None and follower is not group and follower not in found:
        found.append(follower)
        follower = follower.fallback
    return found


def free_name(project_id: int, name: str, *, but: int | None = None) -> str:
    """Return a good name for a group; refuse one in use in the project."""
    name = checked_name(name)
    for group in in_project(project_id):
        if group.name.casefold() == name.casefold() and group.id != but:
            raise GroupNameTaken(name=name)
    return name


def checked(field: str, value: Any) -> Any:
    """Return a group's rule as it is stored; refuse what cannot be."""
    if field in CHOICES:
        if value not in CHOICES[field]:
            raise BadChoice(value=value)
        return value
    if field == "hours":
        return hours.checked(value)
    limit, refusal = _limit(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= limit:
        raise refusal(limit=limit)
    return value


def _limit(field: str) -> tuple[int, type[BadLevel | BadCapacity | BadMinutes]]:
    if field == "level":
        return 9, BadLevel
    return (MOST_IN_HAND, BadCapacity) if field == "capacity" else (MOST_MINUTES, BadMinutes)


def require_calendar(group: Group, calendar: Calendar | None) -> None:
    """Refuse a calendar of another project, or one that was removed."""
    if calendar is None:
        return
    if calendar.project_id != group.project_id or calendar.removed_at is not None:
        raise CalendarUnfit(name=calendar.name)


def require_scope(level: int, scope: str) -> None:
    """Refuse a group above the frontline that is everybody's."""
    if level > 1 and scope == "all":
        raise ScopeMustBeChosen


def require_fallback(group: Group, fallback: Group | None, *, level: int) -> None:
    """Refuse a fallback of another project, of a lower level, or one that leads in a circle."""
    if fallback is None:
        return
    if fallback.project_id != group.project_id or fallback.removed_at is not None:
        raise FallbackElsewhere(name=fallback.name)
    path = [fallback, *chain(fallback)]
    if group in path:
        names = [group.name, *(one.name for one in path[: path.index(group)]), group.name]
        raise FallbackCircle(chain=" → ".join(names))
    if fallback.level < level:
        raise FallbackTooLow(name=fallback.name, level=fallback.level)


def require_followers(group: Group, *, level: int) -> None:
    """Refuse a level below that of a group which falls back to this one."""
    for other in in_project(group.project_id):
        if other.fallback is group and other.level > level:
            raise FallbackTooLow(name=group.name, level=level)
