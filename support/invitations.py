"""Invitations: a link that lets one person in, once, within a day; it keeps a seat meanwhile."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from support import events, people, plans
from support.db import db
from support.logins import digest
from support.models import Agent, EventKind, Invitation, Project, Role
from support.passwords import Hash
from support.refusals import BadChoice, BadRole, InvitationUnknown, NotAllowed

VALID = timedelta(hours=24)


def invite(
    email: str,
    *,
    role: str = "member",
    project: Project | None = None,
    place: str | None = None,
    by: Agent,
    now: datetime,
) -> str:
    """Keep a place for somebody and return the secret of the link, which is shown once.

    A new invitation of the same address makes the earlier one void. Owners invite; refuses a
    bad or taken address, a bad role, and when no seat is free.
    """
    if not by.is_owner:
        raise NotAllowed
    _require_places(role, project, place)
    email = people.free_email(email)
    _withdraw(email, by=by, now=now)
    if role == "owner" or place != Role.AUDITOR:
        plans.require_seat(now=now)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email,
        role=role,
        project_id=project.id if project else None,
        place=place,
        digest=digest(secret),
        by=by,
        created_at=now,
        expires_at=now + VALID,
    )
    db.session.add(invitation)
    db.session.flush()
    _record(invitation, EventKind.INVITATION_MADE, by=by, now=now)
    return secret


def _withdraw(email: str, *, by: Agent, now: datetime) -> None:
    """What was sent to this address before opens no more."""
    for earlier in pending(now=now):
        if earlier.email == email:
            revoke(earlier, by=by, now=now)


def _require_places(role: str, project: Project | None, place: str | None) -> None:
    if role not in ("owner", "member"):
        raise BadRole(role=role, roles="owner, member")
    if (project is None) != (place is None):
        raise BadChoice(value=place or "")
    if place is not None and place not in set(Role):
        raise BadRole(role=place, roles=", ".join(Role))


def pending(*, now: datetime) -> list[Invitation]:
    """Return the invitations that still open, newest first."""
    rows = select(Invitation).where(
        Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now
    )
    return list(db.session.scalars(rows.order_by(Invitation.id.desc())))


def find(secret: str, *, now: datetime) -> Invitation:
    """Find the open invitation of a secret; everything else gets the same refusal."""
    # What is not even a secret's alphabet may not be encodable at all.
    known = Invitation.digest == digest(secret if secret.isascii() else "")
    found = db.session.scalar(select(Invitation).where(known))
    if found is None or found.used_at or found.revoked_at or found.expires_at <= now:
        raise InvitationUnknown
    return found


def accept(secret: str, *, name: str, password_hash: Hash, now: datetime) -> Agent:
    """Let the invited person in, with his own name and password; the link opens no second time.

    Refuses a bad name, an address that was taken meanwhile, and a full plan.
    """
    invitation = find(secret, now=now)
    _use(invitation, now=now)
    agent = people.create(
        invitation.email,
        name=name,
        password_hash=password_hash,
        role=invitation.role,
        by=None,
        now=now,
        audits=invitation.role == "member" and invitation.place == Role.AUDITOR,
    )
    if invitation.project_id is not None:
        project = db.session.get_one(Project, invitation.project_id)
        people.add_member(agent, project, invitation.place or "", by=invitation.by, now=now)
    invitation.agent_id = agent.id
    _record(invitation, EventKind.INVITATION_USED, by=agent, now=now)
    return agent


def _use(invitation: Invitation, *, now: datetime) -> None:
    """Of two who use a link at once, one is let in."""
    used = db.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise InvitationUnknown


def revoke(invitation: Invitation, *, by: Agent, now: datetime) -> None:
    """Withdraw an invitation and give its seat free; a used one stays as it is."""
    if not by.is_owner:
        raise NotAllowed
    if invitation.used_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
        _record(invitation, EventKind.INVITATION_REVOKED, by=by, now=now)


def _record(invitation: Invitation, kind: EventKind, *, by: Agent, now: datetime) -> None:
    facts: dict[str, Any] = {
        "invitation": invitation.id,
        "email": invitation.email,
        "role": invitation.role,
    }
    facts["place"] = invitation.place
    events.record(kind, by=by, now=now, project_id=invitation.project_id, **facts)
