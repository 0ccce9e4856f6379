"""Terms: what a clock was promised by, and the instants that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from support import calendars, hours
from support.db import db
from support.hours import Hours
from support.models import CalendarVersion, Conversation, SlaClock, SlaPolicy
from support.sla import policies
from support.sla.promise import SHIPPED, Policy
from support.sla.stages import Stage

Pauses = Sequence[tuple[datetime, datetime | None]]


@dataclass(frozen=True, slots=True)
class Terms:
    """A target as a clock keeps it; without seconds nothing is promised, it only measures."""

    policy: Policy
    seconds: int | None
    calendar_version_id: int | None
    hours: Hours | None

    def row(self) -> dict[str, Any]:
        """Return the terms as columns of a clock."""
        return {
            "policy_id": self.policy.id,
            "policy_version": self.policy.version,
            "target_seconds": self.seconds,
            "calendar_version_id": self.calendar_version_id,
            "pause_waiting": self.policy.pause_waiting,
            "pause_snoozed": self.policy.pause_snoozed,
        }

    def due(self, counted: datetime, pauses: Pauses = ()) -> datetime | None:
        """Return when the target is used up; None while it is paused, or without a target."""
        if self.seconds is None:
            return None
        return passed(self.hours, counted, timedelta(seconds=self.seconds), pauses)

    def look(
        self,
        counted: datetime,
        due: datetime | None,
        pauses: Pauses = (),
        done: set[str] | None = None,
    ) -> datetime | None:
        """Return the first instant at which a stage comes that is not done, or the due time."""
        instants = [self.stage_at(stage, counted, due, pauses) for stage in self.stages(done)]
        if "due" not in (done or ()):
            instants.append(due)
        return min((instant for instant in instants if instant), default=None)

    def stages(self, done: set[str] | None = None) -> list[Stage]:
        """Return the stages that are not done."""
        return [stage for stage in self.policy.stages if stage.key not in (done or ())]

    def stage_at(
        self, stage: Stage, counted: datetime, due: datetime | None, pauses: Pauses = ()
    ) -> datetime | None:
        """Return when a stage comes: at its share of the target, or so long after the breach."""
        if self.seconds is None:
            return None
        if stage.minutes is not None:
            return due and due + timedelta(minutes=stage.minutes)
        share = timedelta(seconds=self.seconds) * (stage.percent or 0) / 100
        return passed(self.hours, counted, share, pauses)


def passed(
    open_hours: Hours | None, start: datetime, left: timedelta, pauses: Pauses
) -> datetime | None:
    """Return when this much open time has passed outside the pauses; None while one is open."""
    for begins, ends in pauses:
        if ends is not None and ends <= start:
            continue
        used = hours.open_time(open_hours, start, begins)
        if used >= left:
            break
        if ends is None:
            return None
        left, start = left - used, ends
    return hours.after(open_hours, start, left)


def of_policy(conversation: Conversation, metric: str, tier: str = "") -> Terms:
    """Return what is promised now for a conversation's tier, or for another one."""
    policy = policies.current(conversation.project)
    target = policy.target(tier or conversation.tier, metric)
    if target is None:
        return Terms(policy, None, None, None)
    return Terms(policy, target.seconds, target.calendar_version_id, target.hours)


def of_clock(clock: SlaClock) -> Terms:
    """Return what a clock was promised by, whatever has been changed since."""
    return Terms(policy_of(clock), clock.target_seconds, clock.calendar_version_id, hours_of(clock))


def hours_of(clock: SlaClock) -> Hours | None:
    """Return the hours by which a clock counts; None is around the clock."""
    if clock.calendar_version_id is None:
        return None
    return calendars.hours_of(db.session.get_one(CalendarVersion, clock.calendar_version_id))


def policy_of(clock: SlaClock) -> Policy:
    """Return the version of the policy that a clock keeps."""
    if clock.policy_id is None:
        return SHIPPED
    current = policies.current(clock.project)
    if current.id == clock.policy_id:
        return current
    return policies.read(db.session.get_one(SlaPolicy, clock.policy_id))
