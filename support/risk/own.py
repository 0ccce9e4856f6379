"""A company's own addresses: sending one is no risk, sending one like it the greatest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from support import events, plans
from support.db import db
from support.models import Agent, EventKind, OwnAddress, Project
from support.people import NAME_LIMIT
from support.plans import Feature
from support.refusals import BadName, OwnAddressTaken, OwnAddressUnfit
from support.risk import lists

SHORTEST, LONGEST = 8, 255


def listed(project: Project) -> list[OwnAddress]:
    """Return a project's own addresses, by label."""
    rows = select(OwnAddress).where(OwnAddress.project_id == project.id)
    return list(db.session.scalars(rows.order_by(OwnAddress.label, OwnAddress.text)))


def add(
    project: Project, text: str, label: str = "", *, by: Agent | None, now: datetime
) -> OwnAddress:
    """Put an address on the list exactly as it is written; refuse a mistyped one."""
    plans.require(Feature.RISK_RULES)
    text, label = text.strip(), " ".join(label.split())
    if len(label) > NAME_LIMIT:
        raise BadName(limit=NAME_LIMIT)
    _require_fit(project, text)
    row = OwnAddress(project_id=project.id, text=text, label=label, created_at=now)
    db.session.add(row)
    _record(row, EventKind.OWN_ADDRESS_ADDED, by=by, now=now)
    return row


def _require_fit(project: Project, text: str) -> None:
    if not SHORTEST <= len(text) <= LONGEST or not (text.isascii() and text.isalnum()):
        raise OwnAddressUnfit(limit=LONGEST)
    if any(row.text == text for row in listed(project)):
        raise OwnAddressTaken(text=text)


def remove(address: OwnAddress, *, by: Agent | None, now: datetime) -> None:
    """Take an address off the list: from now on sending it is what the rules say."""
    db.session.delete(address)
    _record(address, EventKind.OWN_ADDRESS_REMOVED, by=by, now=now)


def _record(address: OwnAddress, kind: EventKind, *, by: Agent | None, now: datetime) -> None:
    facts = {"name": address.label or address.text, "address": address.text}
    events.record(kind, by=by, now=now, project_id=address.project_id, **facts)
    db.session.flush()
    lists.restamp([address.project_id])
