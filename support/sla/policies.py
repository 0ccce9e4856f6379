"""A project's promise: the shipped one until somebody edits it, then one version after another."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from support import calendars, events, hours, live
from support.db import db
from support.models import (
    METRICS,
    TIERS,
    Agent,
    EventKind,
    Project,
    SlaPolicy,
    SlaTarget,
)
from support.refusals import BadChoice, BadTarget, CalendarUnfit
from support.sla import stages as ladder
from support.sla.promise import SHIPPED, Asked, Key, Policy, Target
from support.sla.stages import Stage

YEARS = 10
LONGEST = YEARS * 365 * 86_400 - 1
KEPT = 256
_kept: dict[str, Policy] = {}


def current(project: Project) -> Policy:
    """Return the promise that counts now, its targets with their hours; cheap: kept ready.

    Every change of the policy or of a calendar gives the project another stamp.
    """
    if not project.sla_stamp:
        return SHIPPED
    found = _kept.get(project.sla_stamp)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[project.sla_stamp] = _latest(project)
    return found


def _latest(project: Project) -> Policy:
    rows = select(SlaPolicy).where(SlaPolicy.project_id == project.id)
    row = db.session.scalar(rows.order_by(SlaPolicy.version.desc()).limit(1))
    return SHIPPED if row is None else read(row)


def read(row: SlaPolicy) -> Policy:
    """Return any version, also an old one, with its calendars as they are now."""
    rows = select(SlaTarget).where(SlaTarget.policy_id == row.id).order_by(SlaTarget.id)
    found = db.session.scalars(rows.options(joinedload(SlaTarget.calendar)))
    return Policy(
        row.id,
        row.version,
        MappingProxyType({(one.tier, one.metric): _target(one) for one in found}),
        row.pause_waiting,
        row.pause_snoozed,
        tuple(ladder.stage_from(one) for one in row.stages),
    )


def _target(row: SlaTarget) -> Target:
    if row.calendar is None:
        return Target(row.tier, row.metric, row.seconds)
    version = row.calendar.current
    ready = calendars.hours_of(version)
    return Target(row.tier, row.metric, row.seconds, row.calendar.id, version.id, ready)


def change(  # noqa: PLR0913 - each is a part of the promise
    project: Project,
    *,
    targets: Mapping[Key, Asked | None] | None = None,
    pause_waiting: bool | None = None,
    pause_snoozed: bool | None = None,
    stages: Iterable[Stage] | None = None,
    by: Agent | None,
    now: datetime,
) -> Policy:
    """Make the next version of a project's promise; what is left out stays as it is.

    A target of None promises nothing. What is running keeps the version it began with. Refuses
    targets that are never due or not within ten years, a calendar of another project, and a
    ladder that leads nowhere.
    """
    before = _locked(project)
    after = Policy(
        before.id,
        before.version + 1,
        _merged(project, before, targets or {}, now=now),
        before.pause_waiting if pause_waiting is None else pause_waiting,
        before.pause_snoozed if pause_snoozed is None else pause_snoozed,
        before.stages if stages is None else ladder.checked(stages),
    )
    if changed := _changed(before, after):
        _write(project, after, by=by, now=now)
        facts = {"version": after.version, "changed": changed}
        events.record(EventKind.POLICY_CHANGED, by=by, now=now, project_id=project.id, **facts)
        live.poke("desk", project=project.id, queue=True)
    return current(project)


def _locked(project: Project) -> Policy:
    """Return the latest version; one transaction at a time makes the next."""
    row = select(Project.id).where(Project.id == project.id)
    db.session.execute(row.with_for_update(key_share=True))
    return _latest(project)


def _merged(
    project: Project, before: Policy, asked: Mapping[Key, Asked | None], *, now: datetime
) -> dict[Key, Target]:
    """Return all targets as they shall be, in the order of tiers and metrics."""
    merged: dict[Key, Target | None] = dict(before.targets)
    for key, one in asked.items():
        if key[0] not in TIERS or key[1] not in METRICS:
            raise BadChoice(value="/".join(key))
        merged[key] = one and _asked(project, key, one, now=now)
    keys = ((tier, metric) for tier in TIERS for metric in METRICS)
    return {key: found for key in keys if (found := merged.get(key))}


def _asked(project: Project, key: Key, asked: Asked, *, now: datetime) -> Target:
    if not 1 <= asked.seconds <= LONGEST:
        raise BadTarget(years=YEARS)
    calendar = asked.calendar
    if calendar is None:
        return Target(*key, asked.seconds)
    if calendar.project_id != project.id or calendar.removed_at is not None:
        raise CalendarUnfit(name=calendar.name)
    version = calendar.current
    target = Target(*key, asked.seconds, calendar.id, version.id, calendars.hours_of(version))
    hours.require_reachable(target.hours, now, target.seconds)
    return target


def _changed(before: Policy, after: Policy) -> dict[str, list[Any]]:
    """Return what differs, each with before and after, as the event keeps it."""
    pairs = {name: [old, _facts(after)[name]] for name, old in _facts(before).items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _facts(policy: Policy) -> dict[str, Any]:
    found: dict[str, Any] = {
        "pause_waiting": policy.pause_waiting,
        "pause_snoozed": policy.pause_snoozed,
        "stages": [stage.kept() for stage in policy.stages],
    }
    for tier in TIERS:
        for metric in METRICS:
            one = policy.target(tier, metric)
            found[f"{tier}/{metric}"] = [one.seconds, one.calendar_id] if one else None
    return found


def _write(project: Project, policy: Policy, *, by: Agent | None, now: datetime) -> None:
    row = SlaPolicy(
        project_id=project.id,
        version=policy.version,
        pause_waiting=policy.pause_waiting,
        pause_snoozed=policy.pause_snoozed,
        stages=[stage.kept() for stage in policy.stages],
        created_at=now,
        by_id=by.id if by else None,
    )
    for one in policy.targets.values():
        facts = {"seconds": one.seconds, "calendar_id": one.calendar_id}
        row.targets.append(SlaTarget(tier=one.tier, metric=one.metric, **facts))
    db.session.add(row)
    project.sla_stamp = secrets.token_hex(8)
    db.session.flush()


def coverage(project: Project) -> list[Key]:
    """Return the tiers and metrics for which nothing is promised."""
    policy = current(project)
    keys = [(tier, metric) for tier in TIERS for metric in METRICS]
    return [key for key in keys if policy.target(*key) is None]


@dataclass(frozen=True, slots=True)
class Preview:
    """When something would be due, and the open spans that its time walks over until then."""

    target: Target
    due: datetime
    spans: list[tuple[datetime, datetime]]


def preview(project: Project, tier: str, metric: str, at: datetime) -> Preview | None:
    """Answer when a clock that starts at `at` would be due, and why; None without a target."""
    target = current(project).target(tier, metric)
    if target is None:
        return None
    due = hours.due(target.hours, at, target.seconds)
    return Preview(target, due, hours.open_spans(target.hours, at, due))


def first_due(project: Project, tier: str, at: datetime) -> datetime | None:
    """Return what of a conversation that is opened at `at` would be due first."""
    metrics = ("first_response", "resolution")
    found = [preview(project, tier, metric, at) for metric in metrics]
    return min((one.due for one in found if one), default=None)
