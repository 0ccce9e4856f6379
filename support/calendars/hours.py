"""The hours of calendars and groups, ready for the arithmetic of `support.hours`."""

from __future__ import annotations

from support.hours import Hours, hours_from
from support.models import Calendar, CalendarVersion, Group


def hours_of(calendar: Calendar | CalendarVersion) -> Hours:
    """Return the hours of a calendar as it is now, or as one version of it was."""
    version = calendar.current if isinstance(calendar, Calendar) else calendar
    return hours_from(version.zone, version.weekly, version.exceptions, version.holidays)


def of_group(group: Group) -> Hours | None:
    """Return when a group is open: by its calendar, else by its own table; None is always."""
    if group.calendar is not None:
        return hours_of(group.calendar)
    return hours_from(group.project.timezone, group.hours) if group.hours else None
