"""Make, change and remove calendars; a change is a new version, which counts from then on."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from support import events, hours, live, queue
from support.db import db
from support.models import (
    Agent,
    Calendar,
    CalendarVersion,
    EventKind,
    Group,
    Project,
    SlaPolicy,
    SlaTarget,
)
from support.people import checked_name
from support.projects import checked_zone
from support.refusals import CalendarInUse, CalendarNameTaken, NotFound

FIELDS = ("zone", "weekly", "exceptions", "holidays")


def listed(project: Project) -> list[Calendar]:
    """Return the calendars of a project by name."""
    rows = select(Calendar).where(Calendar.project_id == project.id, Calendar.removed_at.is_(None))
    return list(db.session.scalars(rows.order_by(Calendar.name)))


def find(project: Project, calendar_id: int) -> Calendar:
    """Return a calendar of this project; refuse the number of any other."""
    calendar = db.session.get(Calendar, calendar_id)
    if calendar is None or calendar.project_id != project.id or calendar.removed_at is not None:
        raise NotFound
    return calendar


def create(
    project: Project, name: str, *, by: Agent | None, now: datetime, **tables: Any
) -> Calendar:
    """Make a calendar of `zone`, `weekly`, `exceptions` and `holidays`; the zone is the project's.

    Refuses an unknown zone, spans that overlap, and hours that never open.
    """
    calendar = Calendar(project_id=project.id, name=_free(project.id, name), created_at=now)
    facts = _checked({"zone": project.timezone, **tables})
    db.session.add(calendar)
    db.session.flush()
    _write(calendar, facts, by=by, now=now)
    _record(calendar, EventKind.CALENDAR_CREATED, by=by, now=now, **facts)
    return calendar


def change(calendar: Calendar, *, by: Agent | None, now: datetime, **values: Any) -> None:
    """Change a calendar's name or tables; what is running keeps the version it began with."""
    _lock(calendar)
    before = {field: getattr(calendar.current, field) for field in FIELDS}
    name = _free(calendar.project_id, values.pop("name", calendar.name), but=calendar.id)
    facts = _checked({**before, **values})
    for seconds in _promised(calendar):
        hours.require_reachable(hours.hours_from(**facts), now, seconds)
    changed = [field for field in FIELDS if facts[field] != before[field]]
    if not changed and name == calendar.name:
        return
    changes = {field: [before[field], facts[field]] for field in changed}
    if name != calendar.name:
        changes["name"] = [calendar.name, name]
    calendar.name = name
    if changed:
        calendar.version += 1
        _write(calendar, facts, by=by, now=now)
    _record(
        calendar,
        EventKind.CALENDAR_CHANGED,
        by=by,
        now=now,
        version=calendar.version,
        changed=changes,
    )


def _lock(calendar: Calendar) -> None:
    """Let one transaction at a time make the next version."""
    row = select(Project.id).where(Project.id == calendar.project_id)
    db.session.execute(row.with_for_update(key_share=True))
    db.session.refresh(calendar)


def remove(calendar: Calendar, *, by: Agent | None, now: datetime) -> None:
    """Take a calendar off the list; refuse one by which a group opens or a promise counts."""
    if found := users(calendar):
        raise CalendarInUse(name=calendar.name, users=", ".join(found))
    calendar.removed_at = now
    _record(calendar, EventKind.CALENDAR_REMOVED, by=by, now=now)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if unknown := values.keys() - set(FIELDS):
        msg = f"a calendar has nothing named {min(unknown)}"
        raise TypeError(msg)
    zone = checked_zone(values["zone"])
    tables = hours.checked_calendar(
        zone, values.get("weekly"), values.get("exceptions"), values.get("holidays")
    )
    return dict(zip(FIELDS, (zone, *tables), strict=True))


def _free(project_id: int, name: str, *, but: int | None = None) -> str:
    name = checked_name(name)
    rows = select(Calendar).where(Calendar.project_id == project_id, Calendar.removed_at.is_(None))
    for calendar in db.session.scalars(rows):
        if calendar.name.casefold() == name.casefold() and calendar.id != but:
            raise CalendarNameTaken(name=name)
    return name


def _write(calendar: Calendar, facts: dict[str, Any], *, by: Agent | None, now: datetime) -> None:
    """Add the version that counts now."""
    version = CalendarVersion(
        calendar_id=calendar.id,
        number=calendar.version,
        created_at=now,
        by_id=by.id if by else None,
        **facts,
    )
    db.session.add(version)
    db.session.flush()
    db.session.expire(calendar, ["current"])


def users(calendar: Calendar) -> list[str]:
    """Return the names of what counts by this calendar now."""
    rows = select(Group.name).where(Group.calendar_id == calendar.id, Group.removed_at.is_(None))
    promised = ["SLA"] if _promised(calendar) else []
    return [*db.session.scalars(rows.order_by(Group.name)), *promised]


def _promised(calendar: Calendar) -> list[int]:
    """Return the seconds of the targets that count by this calendar now."""
    latest = (
        select(SlaPolicy.id)
        .where(SlaPolicy.project_id == calendar.project_id)
        .order_by(SlaPolicy.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = select(SlaTarget.seconds).where(
        SlaTarget.policy_id == latest, SlaTarget.calendar_id == calendar.id
    )
    return list(db.session.scalars(rows))


def _record(
    calendar: Calendar, kind: EventKind, *, by: Agent | None, now: datetime, **data: Any
) -> None:
    """Write the deed down; promises are read anew, and the groups that open by it look again."""
    project = calendar.project
    facts = {"calendar": calendar.id, "name": calendar.name, **data}
    events.record(kind, by=by, now=now, project_id=project.id, **facts)
    project.sla_stamp = secrets.token_hex(8)
    live.poke("desk", project=project.id, queue=True)
    rows = select(Group.id).where(Group.calendar_id == calendar.id, Group.removed_at.is_(None))
    for group_id in db.session.scalars(rows):
        queue.enqueue(queue.JOBS, "support.sweeps.drain_group", group_id)
