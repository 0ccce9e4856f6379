"""Accounts: every clock of a conversation as it stands, or as it stood when somebody had to go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from support import calendars, hours
from support.db import db
from support.hours import Hours
from support.models import CalendarVersion, Event, EventKind, SlaClock, SlaPause, SlaWaiver
from support.sla.promise import SHIPPED
from support.sla.terms import Terms


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far somebody sees a conversation that he had to let go: until when, to which number."""

    until: datetime
    last_seq: int


@dataclass(frozen=True, slots=True)
class Account:
    """One clock, and what may be told of it.

    `due_at` and `seconds` are those of the promise as it is seen; `verdict` is `met`, `breached`,
    `void`, `running` or `measured`, where nothing was promised.
    """

    clock: SlaClock
    at: datetime
    version: int
    seconds: int | None
    calendar: CalendarVersion | None
    due_at: datetime | None
    stopped_at: datetime | None
    pauses: list[SlaPause]
    waiver: SlaWaiver | None
    changes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def verdict(self) -> str:
        """Return how it stands, by the same instants as the figures."""
        if self.seconds is None:
            return "measured"
        if self.stopped_at is not None:
            return self.clock.verdict(self.at)
        return "breached" if self.due_at and self.due_at < self.at else "running"

    @property
    def is_outage(self) -> bool:
        """Whether nobody could have kept it."""
        return self.clock.outage and self.verdict == "breached"

    @property
    def holder_is_known(self) -> bool:
        """Whether it is written down who held it when it was due."""
        seen = self.clock.due_seen_at
        return seen is not None and self.due_at is not None and self.due_at <= self.at

    @property
    def standing(self) -> SlaPause | None:
        """Return the pause that lasts, of a clock that runs."""
        return next((one for one in self.pauses if _end(one, self.at) is None), None)

    @property
    def spans(self) -> list[tuple[datetime, datetime | None]]:
        """Return its pauses as instants, those that are over by then with their end."""
        return _spans(self.pauses, self.at)

    @property
    def hours(self) -> Hours | None:
        """Return the hours by which it counts; None is around the clock."""
        return calendars.hours_of(self.calendar) if self.calendar else None

    def elapsed(self, *, business: bool = False) -> timedelta:
        """Return how long it has run without its pauses, by the wall or in open hours."""
        stop, open_hours = self.stopped_at or self.at, self.hours if business else None
        taken = hours.open_time(open_hours, self.clock.started_at, stop)
        for begins, ends in self.spans:
            first = max(begins, self.clock.started_at)
            taken -= hours.open_time(open_hours, first, min(ends or stop, stop))
        return max(taken, timedelta())


def _spans(pauses: Iterable[SlaPause], at: datetime) -> list[tuple[datetime, datetime | None]]:
    spans = ((pause.started_at, _end(pause, at)) for pause in pauses)
    return sorted(spans, key=lambda span: (span[0], span[1] is None, span[1]))


def _end(pause: SlaPause, at: datetime) -> datetime | None:
    return pause.ended_at if pause.ended_at is not None and pause.ended_at <= at else None


def of(conversation_id: int, *, now: datetime, horizon: Horizon | None = None) -> Sequence[Account]:
    """Return the clocks of a conversation: what runs, then what is closed, the latest first.

    Behind a horizon nothing is told that came later: no clock, stop, pause, waiver or new promise.
    """
    clocks = _clocks(conversation_id, horizon)
    changes = _changes(conversation_id)
    versions = _versions(clocks, changes)
    found = [_account(one, changes.get(one.id, []), versions, now, horizon) for one in clocks]
    return sorted(found, key=lambda one: (one.stopped_at is not None, -one.clock.id))


def _clocks(conversation_id: int, horizon: Horizon | None) -> Sequence[SlaClock]:
    rows = select(SlaClock).where(SlaClock.conversation_id == conversation_id)
    if horizon is not None:
        rows = rows.where(SlaClock.started_seq <= horizon.last_seq)
    people = [SlaClock.holder, SlaClock.due_holder, SlaClock.stopped_by]
    options = [
        selectinload(SlaClock.pauses),
        joinedload(SlaClock.waiver).joinedload(SlaWaiver.by),
        *(joinedload(one) for one in people),
    ]
    return db.session.scalars(rows.options(*options).order_by(SlaClock.id)).all()


def _changes(conversation_id: int) -> dict[int, list[dict[str, Any]]]:
    """Return for each clock how its promise was changed while it ran, in order."""
    rows = select(Event).where(
        Event.conversation_id == conversation_id, Event.kind == EventKind.PROMISE_CHANGED
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for event in db.session.scalars(rows.options(joinedload(Event.by)).order_by(Event.seq)):
        for change in event.data["clocks"]:
            told = {"seq": event.seq, "at": event.at, "by": event.by, **change}
            found.setdefault(change["id"], []).append(told)
    return found


def _versions(
    clocks: Sequence[SlaClock], changes: dict[int, list[dict[str, Any]]]
) -> dict[int | None, CalendarVersion]:
    wanted = {clock.calendar_version_id for clock in clocks}
    wanted |= {one["before"]["calendar"] for found in changes.values() for one in found}
    ids = [one for one in wanted if one is not None]
    if not ids:
        return {}
    rows = select(CalendarVersion).where(CalendarVersion.id.in_(ids))
    found = db.session.scalars(rows.options(joinedload(CalendarVersion.calendar)))
    return {one.id: one for one in found}


def _account(
    clock: SlaClock,
    changes: list[dict[str, Any]],
    versions: dict[int | None, CalendarVersion],
    now: datetime,
    horizon: Horizon | None,
) -> Account:
    if horizon is None:
        return Account(
            clock,
            now,
            clock.policy_version,
            clock.target_seconds,
            versions.get(clock.calendar_version_id),
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
            pauses=list(clock.pauses),
            waiver=clock.waiver,
            changes=changes,
        )
    return _until(clock, changes, versions, horizon)


def _until(
    clock: SlaClock,
    changes: list[dict[str, Any]],
    versions: dict[int | None, CalendarVersion],
    horizon: Horizon,
) -> Account:
    """Tell a clock as it stood then: due by the promise and the pauses of that time."""
    until = horizon.until
    later = next((one["before"] for one in changes if one["seq"] > horizon.last_seq), None)
    seconds = later["seconds"] if later else clock.target_seconds
    calendar = versions.get(later["calendar"] if later else clock.calendar_version_id)
    stopped_at = clock.stopped_at if clock.stopped_at and clock.stopped_at <= until else None
    pauses = [one for one in clock.pauses if one.started_at <= until]
    open_hours = calendars.hours_of(calendar) if calendar else None
    due = Terms(SHIPPED, seconds, None, open_hours).due(clock.counted_at, _spans(pauses, until))
    return Account(
        clock,
        until,
        later["version"] if later else clock.policy_version,
        seconds,
        calendar,
        due_at=clock.due_at if stopped_at else due,
        stopped_at=stopped_at,
        pauses=pauses,
        waiver=clock.waiver if clock.waiver and clock.waiver.at <= until else None,
        changes=[one for one in changes if one["seq"] <= horizon.last_seq],
    )
