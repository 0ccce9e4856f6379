"""Instants in the reader's zone, written quickly: a page shows a hundred of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import format_date

from support.db import utcnow
from support.views import i18n


def zone() -> ZoneInfo:
    """Return the zone in which this request's times are written."""
    if "zone" not in g:
        g.zone = ZoneInfo(i18n.zone())
    return g.zone


def hour(at: datetime) -> str:
    """Write the time of day, 00:00 to 23:59."""
    return at.astimezone(zone()).strftime("%H:%M")


def stamp(at: datetime) -> str:
    """Write an instant for a list: the hour today, the weekday this week, else the date."""
    here, now = at.astimezone(zone()), utcnow().astimezone(zone())
    days = (now.date() - here.date()).days
    if days <= 0:
        return here.strftime("%H:%M")
    return format_date(here.date(), "EEE" if days < 7 else "d MMM")


def iso(at: datetime) -> str:
    """Write an instant for machines."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
