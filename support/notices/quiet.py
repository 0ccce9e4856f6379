"""Quiet hours: when an agent is not called, in his own zone or in that of the project."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from support import events, hours
from support.db import db
from support.models import Agent, EventKind, Notice, NoticeSettings
from support.models.notices import SOUNDS
from support.projects import checked_zone
from support.refusals import AlwaysQuiet, BadChoice

WEEK = timedelta(days=8)
FIELDS = ("sound", "notify", "names", "quiet", "quiet_zone", "breaches_anyway")


def of(agent_id: int) -> NoticeSettings:
    """Return how an agent wants to be called: as he chose, else as everybody begins."""
    return db.session.get(NoticeSettings, agent_id) or unchosen(agent_id)


def unchosen(agent_id: int) -> NoticeSettings:
    """Return how everybody begins: sound for breaches, nothing else, never quiet."""
    return NoticeSettings(
        agent_id=agent_id,
        sound="breaches",
        notify=False,
        names=False,
        quiet=None,
        quiet_zone="",
        breaches_anyway=False,
    )


def save(agent: Agent, *, sound: str, notify: bool, names: bool, now: datetime) -> None:
    """Keep how the pages call an agent, and whether a customer's name may leave the desk."""
    if sound not in SOUNDS:
        raise BadChoice(value=sound)
    settings = of(agent.id)
    before = _chosen(settings)
    settings.sound, settings.notify, settings.names = sound, notify, names
    db.session.add(settings)
    _record(agent, before, settings, now=now)


def _chosen(settings: NoticeSettings) -> dict[str, Any]:
    return {field: getattr(settings, field) for field in FIELDS}


def _record(
    agent: Agent, before: dict[str, Any], settings: NoticeSettings, *, now: datetime
) -> None:
    """Write down what he changed, with before and after."""
    after = _chosen(settings)
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    if changed:
        events.record(EventKind.NOTICES_CHANGED, by=agent, now=now, changed=changed)


def save_quiet(
    agent: Agent, table: Any, *, zone: str, breaches_anyway: bool, now: datetime
) -> None:
    """Keep an agent's quiet hours; what they hold is looked at again at once.

    Refuses a bad table, an unknown zone, and hours that never end.
    """
    settings = of(agent.id)
    before = _chosen(settings)
    settings.quiet = hours.checked(table)
    settings.quiet_zone = checked_zone(zone) if zone else ""
    settings.breaches_anyway = breaches_anyway
    require_end(settings, now=now)
    db.session.add(settings)
    _record(agent, before, settings, now=now)
    db.session.execute(
        update(Notice)
        .where(
            Notice.agent_id == agent.id, Notice.held_until.is_not(None), Notice.summed_at.is_(None)
        )
        .values(held_until=now)
    )


def require_end(settings: NoticeSettings, *, now: datetime) -> None:
    """Refuse hours in which nobody would ever be called."""
    if settings.quiet is None:
        return
    quiet = hours.hours_from(settings.quiet_zone or "UTC", settings.quiet)
    if hours.open_time(quiet, now, now + WEEK) == WEEK:
        raise AlwaysQuiet


def ends_at(settings: NoticeSettings, zone: str, *, breach: bool, now: datetime) -> datetime | None:
    """Return when the quiet that holds such a notice now is over; None where nothing holds it."""
    if settings.quiet is None or (breach and settings.breaches_anyway):
        return None
    quiet = hours.hours_from(settings.quiet_zone or zone, settings.quiet)
    if not hours.is_open(quiet, now):
        return None
    return hours.open_spans(quiet, now, now + WEEK)[0][1]
