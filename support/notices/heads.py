"""The audit log's daily head, sent to the owners: who holds it can tell when the log was cut."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from support.db import db
from support.models import Agent, AuditHead, Project, StaffLink, Workspace
from support.notices import outgoing
from support.refusals import N_
from support.sentences import said

TOLD = N_(
    "Audit log, %(day)s: link %(number)s\n%(chain)s\n"
    "Keep this message: it shows if the log is cut or rewritten later."
)


def tell_head(head: AuditHead, *, now: datetime) -> int:
    """Send a head to every owner who linked a Telegram account, once each, if the setting says so.

    Returns how many are told.
    """
    if not db.session.scalar(select(Workspace.tells_heads)):
        return 0
    told: set[int] = set()
    for agent, project, account in db.session.execute(_owners()):
        if agent.id not in told and outgoing.fits(agent, project):
            told.add(agent.id)
            facts = {"day": head.day, "number": head.number, "chain": head.chain}
            text = said(TOLD, outgoing.language_of(agent), **facts)
            outgoing.write(project, account, "head", text, now=now, agent=agent)
    return len(told)


def _owners() -> Select[Agent, Project, int]:
    return (
        select(Agent, Project, StaffLink.telegram_id)
        .join(StaffLink, StaffLink.agent_id == Agent.id)
        .join(Project, Project.id == StaffLink.project_id)
        .where(Agent.role == "owner", StaffLink.ended_at.is_(None))
        .order_by(Agent.id, StaffLink.id)
    )
