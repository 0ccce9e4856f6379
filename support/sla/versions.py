"""Versions of a promise: who made each, when, what it changed, and what it was applied to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from support.db import db
from support.models import (
    METRICS,
    TIERS,
    Calendar,
    Project,
    SlaApplication,
    SlaPolicy,
    SlaTarget,
)
from support.sla import stages
from support.sla.promise import SHIPPED
from support.sla.stages import Stage

# A target as it is compared: its seconds, and the name of its calendar or none.
Kept = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One target of a version that differs from the version before; None promises nothing."""

    tier: str
    metric: str
    before: Kept | None
    after: Kept | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version beside the one before it."""

    row: SlaPolicy
    changes: list[Change]
    pauses: dict[str, bool]
    stages: tuple[Stage, ...] | None
    applications: list[SlaApplication]


@dataclass(frozen=True, slots=True)
class _Facts:
    targets: dict[tuple[str, str], Kept]
    pauses: dict[str, bool]
    stages: tuple[Stage, ...]


def of(project: Project) -> Sequence[Version]:
    """Return every version of a project's promise, the latest first."""
    rows = select(SlaPolicy).where(SlaPolicy.project_id == project.id)
    options = (
        joinedload(SlaPolicy.by),
        selectinload(SlaPolicy.targets).joinedload(SlaTarget.calendar),
    )
    policies = db.session.scalars(rows.options(*options).order_by(SlaPolicy.version)).all()
    applied, before = _applied(project), _shipped()
    found: list[Version] = []
    for row in policies:
        after = _facts(row)
        found.append(_version(row, before, after, applied.get(row.id, [])))
        before = after
    return found[::-1]


def _applied(project: Project) -> dict[int, list[SlaApplication]]:
    rows = select(SlaApplication).where(SlaApplication.project_id == project.id)
    found: dict[int, list[SlaApplication]] = {}
    for one in db.session.scalars(rows.options(joinedload(SlaApplication.by)).order_by("id")):
        found.setdefault(one.policy_id, []).append(one)
    return found


def _shipped() -> _Facts:
    targets = {key: (one.seconds, "") for key, one in SHIPPED.targets.items()}
    pauses = {"waiting": SHIPPED.pause_waiting, "snoozed": SHIPPED.pause_snoozed}
    return _Facts(targets, pauses, SHIPPED.stages)


def _facts(row: SlaPolicy) -> _Facts:
    targets = {(one.tier, one.metric): (one.seconds, _name(one.calendar)) for one in row.targets}
    pauses = {"waiting": row.pause_waiting, "snoozed": row.pause_snoozed}
    return _Facts(targets, pauses, tuple(stages.stage_from(one) for one in row.stages))


def _name(calendar: Calendar | None) -> str:
    return calendar.name if calendar else ""


def _version(
    row: SlaPolicy, before: _Facts, after: _Facts, applications: list[SlaApplication]
) -> Version:
    keys = [(tier, metric) for tier in TIERS for metric in METRICS]
    changes = [
        Change(*key, before.targets.get(key), after.targets.get(key))
        for key in keys
        if before.targets.get(key) != after.targets.get(key)
    ]
    pauses = {name: on for name, on in after.pauses.items() if on != before.pauses[name]}
    reminders = after.stages if after.stages != before.stages else None
    return Version(row, changes, pauses, reminders, applications)
