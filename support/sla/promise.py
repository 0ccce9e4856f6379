"""What a promise is: targets per tier and metric, pauses, reminders; and the shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from support.hours import Hours
from support.models import METRICS, TIERS, Calendar
from support.sla import stages
from support.sla.stages import Stage

Key = tuple[str, str]
ACCEPTANCE = 300
SECONDS = {
    "standard": {"first_response": 300, "next_response": 300, "resolution": 1_800},
    "escalated": {"first_response": 900, "next_response": 900, "resolution": 3_600},
    "urgent": {"first_response": 60, "next_response": 60, "resolution": 7_200},
}


@dataclass(frozen=True, slots=True)
class Target:
    """What one metric of one tier may take: seconds of open time, by these hours.

    `calendar_version_id` is the version of the calendar that counts now, for a clock to keep;
    without a calendar `hours` is None: around the clock.
    """

    tier: str
    metric: str
    seconds: int
    calendar_id: int | None = None
    calendar_version_id: int | None = None
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of a promise; the shipped one has no row: its id is None, its version 0.

    Waiting for the customer and snoozing pause the resolution clock where it says so.
    """

    id: int | None
    version: int
    targets: Mapping[Key, Target]
    pause_waiting: bool = True
    pause_snoozed: bool = True
    stages: tuple[Stage, ...] = stages.SHIPPED

    def target(self, tier: str, metric: str) -> Target | None:
        """Return what is promised, None where nothing is."""
        return self.targets.get((tier, metric))


@dataclass(frozen=True, slots=True)
class Asked:
    """What an editor asks for one metric of one tier: seconds, by a calendar or none."""

    seconds: int
    calendar: Calendar | None = None


def _shipped() -> Policy:
    found = {
        (tier, metric): Target(tier, metric, SECONDS[tier].get(metric, ACCEPTANCE))
        for tier in TIERS
        for metric in METRICS
    }
    return Policy(None, 0, MappingProxyType(found))


SHIPPED = _shipped()
