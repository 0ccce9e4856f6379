"""Agents and members: create them, change them, let them in and out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from support import events, live, logins, plans, queue
from support.db import db
from support.models import Agent, EventKind, Group, GroupMember, Membership, Project, Role
from support.passwords import Hash
from support.refusals import (
    AgentUnknown,
    BadEmail,
    BadName,
    BadRole,
    EmailTaken,
    LastOwner,
    OwnerMissing,
)

NAME_LIMIT = 80
EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,190}")


def create(  # noqa: PLR0913 - the facts of a person
    email: str,
    *,
    name: str,
    password_hash: Hash,
    role: str = "member",
    by: Agent | None,
    now: datetime,
    audits: bool = False,
) -> Agent:
    """Let a person log in; refuse a bad or taken address, a bad name or role.

    Refuses also when the plan has no seat free, unless he `audits` and does nothing else.
    """
    if role not in ("owner", "member"):
        raise BadRole(role=role, roles="owner, member")
    agent = Agent(
        email=free_email(email),
        name=checked_name(name),
        role=role,
        password_hash=password_hash,
        created_at=now,
    )
    if not audits:
        plans.require_seat(now=now)
    db.session.add(agent)
    db.session.flush()
    facts: dict[str, Any] = {"agent": agent.id, "name": agent.name, "role": role}
    facts["email"] = agent.email
    events.record(EventKind.AGENT_CREATED, by=by, now=now, **facts)
    return agent


def free_email(email: str) -> str:
    """Return the address in its one spelling; refuse a bad or a taken one."""
    email = email.strip().casefold()
    if not EMAIL.fullmatch(email):
        raise BadEmail(email=email)
    if db.session.scalar(select(Agent.id).where(Agent.email == email)):
        raise EmailTaken(email=email)
    return email


def checked_name(name: str, limit: int = NAME_LIMIT) -> str:
    """Return the name without outer space; refuse an empty or endless one."""
    name = " ".join(name.split())
    if not 0 < len(name) <= limit:
        raise BadName(limit=limit)
    return name


def by_email(email: str) -> Agent:
    """Find an agent by address; refuse an unknown one."""
    agent = db.session.scalar(select(Agent).where(Agent.email == email.strip().casefold()))
    if agent is None:
        raise AgentUnknown(email=email)
    return agent


def an_owner() -> Agent:
    """Return the owner who has been here longest, in whose name commands act."""
    owners = select(Agent).where(Agent.role == "owner", Agent.disabled_at.is_(None))
    owner = db.session.scalar(owners.order_by(Agent.id).limit(1))
    if owner is None:
        raise OwnerMissing
    return owner


def set_password(agent: Agent, *, password_hash: Hash, by: Agent, now: datetime) -> None:
    """Change a password; every login of that agent ends."""
    agent.password_hash = password_hash
    logins.end_all(agent, by=by, now=now)
    facts: dict[str, Any] = {"agent": agent.id, "name": agent.name, "what": "password"}
    events.record(EventKind.AGENT_CHANGED, by=by, now=now, **facts)


def rename(agent: Agent, name: str, *, by: Agent, now: datetime) -> None:
    """Change the name colleagues see."""
    before, agent.name = agent.name, checked_name(name)
    if agent.name != before:
        _changed(agent, "name", before, agent.name, by=by, now=now)


def choose_language(agent: Agent, language: str, *, by: Agent, now: datetime) -> None:
    """Choose the language of an agent's pages; none means the browser's."""
    before, agent.language = agent.language, language
    if language != before:
        _changed(agent, "language", before, language, by=by, now=now)


def _changed(agent: Agent, what: str, before: str, after: str, *, by: Agent, now: datetime) -> None:
    """Record one change of an agent with before and after."""
    facts: dict[str, Any] = {"agent": agent.id, "name": agent.name, "what": what}
    facts["changed"] = {what: [before, after]}
    events.record(EventKind.AGENT_CHANGED, by=by, now=now, **facts)


def set_role(agent: Agent, role: str, *, by: Agent, now: datetime) -> None:
    """Make somebody an owner or a member; the last owner stays one."""
    if role not in ("owner", "member"):
        raise BadRole(role=role, roles="owner, member")
    if agent.is_owner and role != "owner":
        keep_an_owner(agent)
    if role == "owner" and agent.disabled_at is None and not plans.would_take_seat(agent):
        plans.require_seat(now=now)
    before, agent.role = agent.role, role
    live.poke("desk", agents=(agent.id,))
    if role != before:
        _changed(agent, "role", before, role, by=by, now=now)


def disable(agent: Agent, *, by: Agent, now: datetime) -> None:
    """Shut an agent out at once: logins and open streams end."""
    if agent.is_owner:
        keep_an_owner(agent)
    agent.disabled_at = now
    logins.end_all(agent, by=by, now=now)
    events.record(EventKind.AGENT_DISABLED, by=by, now=now, agent=agent.id, name=agent.name)
    queue.enqueue(queue.JOBS, "support.sweeps.clear_desk", agent.id)


def enable(agent: Agent, *, by: Agent, now: datetime) -> None:
    """Let a disabled agent log in again, if the plan has a seat for him."""
    if agent.disabled_at is None:
        return
    if plans.would_take_seat(agent):
        plans.require_seat(now=now)
    agent.disabled_at = None
    events.record(EventKind.AGENT_ENABLED, by=by, now=now, agent=agent.id, name=agent.name)


def keep_an_owner(agent: Agent) -> None:
    """Refuse to lose the last owner; two who leave at once wait for each other."""
    owners = select(Agent.id).where(Agent.role == "owner", Agent.disabled_at.is_(None))
    if set(db.session.scalars(owners.order_by(Agent.id).with_for_update())) <= {agent.id}:
        raise LastOwner


def add_member(
    agent: Agent, project: Project, role: str, *, by: Agent | None, now: datetime
) -> Membership:
    """Give an agent a place in a project, or another role there."""
    if role not in set(Role):
        raise BadRole(role=role, roles=", ".join(Role))
    if role != Role.AUDITOR and agent.disabled_at is None and not plans.would_take_seat(agent):
        plans.require_seat(now=now)
    member = membership(agent, project) or Membership(
        agent_id=agent.id, project_id=project.id, created_at=now
    )
    before, member.role = member.role, role
    db.session.add(member)
    live.poke("desk", agents=(agent.id,))
    facts = {"agent": agent.id, "name": agent.name, "changed": {"role": [before, role]}}
    events.record(EventKind.MEMBER_ADDED, by=by, now=now, project_id=project.id, **facts)
    queue.enqueue(queue.JOBS, "support.sweeps.clear_desk", agent.id)
    return member


def remove_member(agent: Agent, project: Project, *, by: Agent, now: datetime) -> None:
    """Take an agent's place in a project away; removing nobody is a no-op."""
    member = membership(agent, project)
    if member is None:
        return
    db.session.delete(member)
    _leave_groups(agent, project)
    live.poke("desk", agents=(agent.id,))
    facts = {"agent": agent.id, "name": agent.name, "changed": {"role": [member.role, None]}}
    events.record(EventKind.MEMBER_REMOVED, by=by, now=now, project_id=project.id, **facts)
    queue.enqueue(queue.JOBS, "support.sweeps.clear_desk", agent.id)


def _leave_groups(agent: Agent, project: Project) -> None:
    """Who comes back later is not in his old groups unless he is chosen again."""
    groups = select(Group.id).where(Group.project_id == project.id)
    db.session.execute(
        delete(GroupMember).where(
            GroupMember.agent_id == agent.id, GroupMember.group_id.in_(groups)
        )
    )


def membership(agent: Agent, project: Project) -> Membership | None:
    """Return the agent's place in the project, if he has one."""
    return db.session.scalar(
        select(Membership).where(
            Membership.agent_id == agent.id, Membership.project_id == project.id
        )
    )


def may_hold(agent: Agent, project: Project) -> bool:
    """Whether conversations of this project can be given to this agent."""
    if agent.disabled_at is not None:
        return False
    member = membership(agent, project)
    return agent.is_owner or (member is not None and member.role != Role.AUDITOR)
