"""Plans: how many seats a workspace has, and what it includes; one row that the owner sets.

A plan refuses additions. It disables nobody, disarms nothing, and never refuses a customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from support import events, live
from support.db import db, run
from support.models import (
    Agent,
    EventKind,
    Invitation,
    Membership,
    Project,
    Role,
    Workspace,
)
from support.refusals import BadPlan, NotAllowed, PlanLacks, SeatsFull, TrialEnded


class Feature(StrEnum):
    """What a plan may lack; handover notes are no feature, every plan has them."""

    NOTES = "notes"
    REPORTS = "reports"
    PROFILES = "profiles"
    RISK_RULES = "risk_rules"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan gives; no seats means any number, no days means for good."""

    name: str
    seats: int | None = None
    days: int | None = None
    features: frozenset[Feature] = frozenset(Feature)


HOUSE = Workspace.metadata.tables["workspace"]
CHOSEN = select(HOUSE.c.plan, func.coalesce(HOUSE.c.plan_since, HOUSE.c.created_at)).limit(1)
PLANS = {
    plan.name: plan
    for plan in (
        Plan("trial", seats=3, days=3),
        Plan("standard", seats=3, features=frozenset()),
        Plan("professional", seats=20),
        Plan("custom"),
    )
}


def current() -> Plan:
    """Return the workspace's plan; before the set-up nothing is limited."""
    name = db.session.scalar(select(Workspace.plan).limit(1))
    return PLANS[name or "custom"]


def choose(workspace: Workspace, name: str, *, by: Agent | None, now: datetime) -> None:
    """Set the plan, as an owner; `by` is None when the set-up does it."""
    if by is not None and not by.is_owner:
        raise NotAllowed
    if name not in PLANS:
        raise BadPlan(plan=name, plans=", ".join(PLANS))
    if name == workspace.plan:
        return
    before, workspace.plan, workspace.plan_since = workspace.plan, name, now
    events.record(EventKind.PLAN_CHANGED, by=by, now=now, before=before, after=name)
    for project_id in db.session.scalars(select(Project.id)):
        live.poke("desk", project=project_id, queue=True)


def seats_taken(*, now: datetime) -> int:
    """Count the enabled agents and pending invitations; who only audits takes no seat."""
    agents = select(func.count(Agent.id)).where(_seated())
    invited = select(func.count(Invitation.id)).where(_keeping(now))
    return (db.session.scalar(agents) or 0) + (db.session.scalar(invited) or 0)


def seat_holders(*, now: datetime) -> tuple[list[Agent], list[Invitation]]:
    """Return who takes the seats: agents by name, and the invitations that keep one."""
    agents = select(Agent).where(_seated()).order_by(Agent.name)
    invited = select(Invitation).where(_keeping(now)).order_by(Invitation.email)
    return list(db.session.scalars(agents)), list(db.session.scalars(invited))


def _seated() -> ColumnElement[bool]:
    place = select(Membership.id).where(Membership.agent_id == Agent.id)
    audits = and_(place.exists(), ~place.where(Membership.role != Role.AUDITOR).exists())
    return and_(Agent.disabled_at.is_(None), or_(Agent.role == "owner", ~audits))


def _keeping(now: datetime) -> ColumnElement[bool]:
    return and_(
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
        or_(Invitation.role == "owner", func.coalesce(Invitation.place, "") != Role.AUDITOR),
    )


def would_take_seat(agent: Agent) -> bool:
    """Whether this agent, while enabled, is counted: who is an auditor everywhere is not."""
    rows = select(Membership.role).where(Membership.agent_id == agent.id)
    return agent.is_owner or set(db.session.scalars(rows)) != {Role.AUDITOR}


def require_seat(*, now: datetime) -> None:
    """Refuse when no seat is free; of two who ask for the last one at once, one gets it."""
    plan = current()
    if plan.seats is None:
        return
    db.session.scalar(select(Workspace.id).limit(1).with_for_update(key_share=True))
    if seats_taken(now=now) >= plan.seats:
        raise SeatsFull(plan=plan.name, seats=plan.seats)


def includes(feature: Feature) -> bool:
    """Whether the plan includes this."""
    return feature in current().features


def require(feature: Feature) -> None:
    """Refuse what the plan does not include."""
    plan = current()
    if feature not in plan.features:
        raise PlanLacks(plan=plan.name)


def trial_ends_at() -> datetime | None:
    """Return when the trial ends or has ended; None on another plan."""
    db.session.flush()
    chosen = run(CHOSEN, {}).one_or_none()
    return ends_at(*chosen) if chosen else None


def ends_at(name: str, since: datetime) -> datetime | None:
    """Return when a plan that was chosen at that instant ends; None if it lasts."""
    days = PLANS[name].days
    return None if days is None else since + timedelta(days=days)


def require_sending(*, now: datetime) -> None:
    """Refuse to send once the trial has ended; receiving goes on."""
    ends = trial_ends_at()
    if ends is not None and now >= ends:
        raise TrialEnded
