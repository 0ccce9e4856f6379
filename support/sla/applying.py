"""A version of the promise let count for clocks that run already: never for what is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from support import events
from support.db import db
from support.models import (
    Agent,
    Conversation,
    EventKind,
    Project,
    SlaApplication,
    SlaClock,
    SlaPause,
    SlaPolicy,
)
from support.refusals import NothingToApply
from support.sla import overdue, policies
from support.sla.clocks import settle, spans_of
from support.sla.promise import Policy
from support.sla.terms import Terms

BATCH = 100
FIGURES = ("seconds", "calendar", "due")


@dataclass(frozen=True, slots=True)
class Effect:
    """How many clocks run under an older version, are due anew, and would be overdue at once."""

    clocks: int
    moved: int
    at_once: int


def preview(project: Project, *, now: datetime) -> Effect:
    """Foretell what letting the current version count for running clocks would do."""
    policy = policies.current(project)
    rows = _older(project.id, policy.version, now=now).options(selectinload(SlaClock.pauses))
    clocks = db.session.scalars(rows).all()
    dues = [(clock.due_at, _due(clock, policy)) for clock in clocks]
    moved = [after for before, after in dues if after != before]
    return Effect(len(clocks), len(moved), sum(due is not None and due <= now for due in moved))


def _older(project_id: int, version: int, *, now: datetime) -> Select[SlaClock]:
    """The running clocks of an older version; what is overdue by now stays as it was promised."""
    return (
        select(SlaClock)
        .join(Conversation, Conversation.id == SlaClock.conversation_id)
        .where(
            Conversation.project_id == project_id,
            ~Conversation.is_resolved,
            SlaClock.stopped_at.is_(None),
            SlaClock.ends_at.is_(None),
            SlaClock.policy_version < version,
            or_(SlaClock.due_at.is_(None), SlaClock.due_at > now),
        )
    )


def _due(clock: SlaClock, policy: Policy) -> datetime | None:
    return _terms(clock, policy).due(clock.counted_at, spans_of(clock.pauses))


def _terms(clock: SlaClock, policy: Policy) -> Terms:
    target = policy.target(clock.tier, clock.metric)
    if target is None:
        return Terms(policy, None, None, None)
    return Terms(policy, target.seconds, target.calendar_version_id, target.hours)


def begin(project: Project, *, by: Agent, now: datetime) -> SlaApplication:
    """Let the current version count for what runs; `renew` does so conversation by conversation."""
    policy = policies.current(project)
    if db.session.scalars(_older(project.id, policy.version, now=now).limit(1)).first() is None:
        raise NothingToApply
    application = SlaApplication(
        project_id=project.id, policy_id=policy.id, by_id=by.id, at=now, changed=0
    )
    db.session.add(application)
    facts = {"version": policy.version}
    events.record(EventKind.POLICY_APPLIED, by=by, now=now, project_id=project.id, **facts)
    db.session.flush()
    return application


def under_way() -> Sequence[SlaApplication]:
    """Return the applications that are not done, the earliest first."""
    rows = select(SlaApplication).where(SlaApplication.done_at.is_(None))
    return db.session.scalars(rows.order_by(SlaApplication.id)).all()


def left(application: SlaApplication, *, now: datetime) -> Sequence[int]:
    """Return the ids of the next conversations with clocks that it has not come to."""
    version = application.policy.version
    rows = _older(application.project_id, version, now=now).with_only_columns(Conversation.id)
    return db.session.scalars(rows.distinct().order_by(Conversation.id).limit(BATCH)).all()


def renew(
    conversation: Conversation, application: SlaApplication, *, now: datetime
) -> list[dict[str, Any]]:
    """Let a version count for the running clocks of a conversation, whose thread is locked.

    Each is due anew from its own start and pauses. Returns what was promised before and after,
    of those for which that differs.
    """
    policy = policies.read(db.session.get_one(SlaPolicy, application.policy_id))
    rows = _older(conversation.project_id, policy.version, now=now)
    ours = rows.where(Conversation.id == conversation.id).order_by(SlaClock.id)
    fresh = {"populate_existing": True}
    clocks = db.session.scalars(ours.execution_options(**fresh)).all()
    changes = [_renewed(clock, policy, conversation.status, now=now) for clock in clocks]
    settle(conversation)
    found = [change for change in changes if any(_differs(change, name) for name in FIGURES)]
    application.changed += len(found)
    return found


def _renewed(clock: SlaClock, policy: Policy, status: str, *, now: datetime) -> dict[str, Any]:
    before, terms = _facts(clock), _terms(clock, policy)
    for name, value in terms.row().items():
        setattr(clock, name, value)
    if clock.metric == "resolution":
        _rest(clock, status, now=now)
    spans = spans_of(clock.pauses)
    clock.due_at = terms.due(clock.counted_at, spans)
    done = overdue.done([clock])[clock.id]
    clock.look_at = terms.look(clock.counted_at, clock.due_at, spans, done)
    db.session.flush()
    return {"id": clock.id, "metric": clock.metric, "before": before, "after": _facts(clock)}


def _rest(clock: SlaClock, status: str, *, now: datetime) -> None:
    """A parked case stands from now on, or goes on, as the new version says."""
    pauses = {"waiting": clock.pause_waiting, "snoozed": clock.pause_snoozed}.get(status, False)
    standing = [pause for pause in clock.pauses if pause.ended_at is None]
    if pauses and not standing:
        clock.pauses.append(SlaPause(why=status, started_at=max(now, clock.started_at)))
    for pause in standing if not pauses else ():
        pause.ended_at = max(now, pause.started_at)
    db.session.flush()


def _facts(clock: SlaClock) -> dict[str, Any]:
    return {
        "version": clock.policy_version,
        "seconds": clock.target_seconds,
        "calendar": clock.calendar_version_id,
        "due": clock.due_at.isoformat() if clock.due_at else None,
    }


def _differs(change: dict[str, Any], name: str) -> bool:
    return change["before"][name] != change["after"][name]
