"""Instants in the page's zone, written quickly: a page shows a hundred of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date

from support.db import utcnow
from support.views import i18n


def hour(at: datetime) -> str:
    """Write the time of day, 00:00 to 23:59."""
    return at.astimezone(i18n.here()).strftime("%H:%M")


def stamp(at: datetime, name: str | None = None) -> str:
    """Write an instant for a list: the hour today, the weekday this week, else the date.

    In the zone of this name, as for a row of a list of many projects, else in the page's.
    """
    zone = ZoneInfo(name) if name else i18n.here()
    here, now = at.astimezone(zone), utcnow().astimezone(zone)
    days = (now.date() - here.date()).days
    if days <= 0:
        return here.strftime("%H:%M")
    return format_date(here.date(), "EEE" if days < 7 else "d MMM")


def until(at: datetime, name: str | None = None) -> str:
    """Write an instant: the hour today, with the weekday within a week to come, else the date."""
    zone = ZoneInfo(name) if name else i18n.here()
    there, today = at.astimezone(zone), utcnow().astimezone(zone).date()
    days = (there.date() - today).days
    if days == 0:
        return there.strftime("%H:%M")
    return f"{format_date(there.date(), 'EEE' if 0 < days < 7 else 'd MMM')} {there:%H:%M}"


def iso(at: datetime) -> str:
    """Write an instant for machines."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
