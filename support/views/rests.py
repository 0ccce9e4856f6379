"""Until when a conversation can be snoozed: by a word, or by an own time of the project's zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from support.refusals import SnoozeBad
from support.status import LONGEST_SNOOZE

LATER = timedelta(hours=3)
MORNING = time(9)


def choices(zone: str, *, now: datetime) -> dict[str, datetime]:
    """Return what each word means now; a word that would say no more than another is left out."""
    here = now.astimezone(ZoneInfo(zone))
    times = {"later": now + LATER, "tomorrow": _morning(here, 1), "monday": _monday(here)}
    if times["later"].astimezone(here.tzinfo).date() != here.date():
        del times["later"]
    if times["monday"] == times["tomorrow"]:
        del times["monday"]
    return times


def _monday(here: datetime) -> datetime:
    return _morning(here, 7 - here.weekday())


def _morning(here: datetime, days: int) -> datetime:
    """Return nine o'clock of the clock on the wall, so many days on."""
    return datetime.combine(here.date() + timedelta(days=days), MORNING, here.tzinfo)


def chosen(word: str, own: str, zone: str, *, now: datetime) -> datetime:
    """Return until when: what the word means at this click, else the own time as it was typed."""
    if word == "later":
        return now + LATER
    times = choices(zone, now=now) | {"monday": _monday(now.astimezone(ZoneInfo(zone)))}
    return times[word] if word in times else _own(own, zone)


def _own(typed: str, zone: str) -> datetime:
    """Read `2026-11-02T14:30` by the project's clock; refuse anything else."""
    try:
        return datetime.strptime(typed, "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise SnoozeBad(days=LONGEST_SNOOZE.days) from None
