"""Give a project the shipped reasons: when it is opened, and again those that it has removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from support.db import db
from support.models import Agent, EscalationReason, EventKind, Phrase, Project
from support.reasons.changes import listed, record, stamp
from support.reasons.shipped import REASONS, Shipped, shipped_phrases


def seed(project: Project) -> None:
    """Give a project that has no reasons the shipped ones; a second time changes nothing."""
    if project.reasons_stamp:
        return
    for one in REASONS:
        _add(project, one)
    stamp(project)


def missing(project: Project) -> list[Shipped]:
    """Return the shipped reasons that are not on the list, neither by key nor by name."""
    there = listed(project)
    keys, names = {one.key for one in there}, {one.name.casefold() for one in there}
    return [one for one in REASONS if one.key not in keys and one.name.casefold() not in names]


def restore(project: Project, *, by: Agent, now: datetime) -> int:
    """Bring back the shipped reasons that are missing, and return how many came.

    A removed one comes back as it was, edits and all; what is on the list stays untouched.
    """
    wanted = missing(project)
    for one in wanted:
        reason = _removed(project, one.key) or _add(project, one)
        reason.removed_at = None
        record(project, reason, EventKind.REASON_CREATED, by=by, now=now)
    return len(wanted)


def _removed(project: Project, key: str) -> EscalationReason | None:
    rows = select(EscalationReason).where(
        EscalationReason.project_id == project.id, EscalationReason.key == key
    )
    return db.session.scalar(rows.order_by(EscalationReason.id.desc()).limit(1))


def _add(project: Project, one: Shipped) -> EscalationReason:
    reason = EscalationReason(
        project_id=project.id,
        key=one.key,
        name=one.name,
        try_first=one.try_first,
        when_to=one.when_to,
        tier=one.tier,
        position=REASONS.index(one),
    )
    db.session.add(reason)
    db.session.flush()
    rows = [
        {"reason_id": reason.id, "text": text, "folded": folded}
        for text, folded in shipped_phrases()[one.key]
    ]
    db.session.execute(insert(Phrase), rows)
    return reason
