"""Logins: server-side sessions that can be listed and ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from support import events, live, passwords, statements
from support.db import db
from support.models import Agent, EventKind, Login
from support.refusals import WrongLogin

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
TOUCH = timedelta(minutes=5)


def verify(email: str, password: str) -> int:
    """Return the id of the agent whose address and password these are, else refuse.

    The same answer in the same time whether the address is unknown, the password wrong
    or the agent disabled. Reads only, and ends the transaction that read: hashing takes long
    and must hold neither a lock nor a connection.
    """
    columns = (Agent.id, Agent.password_hash, Agent.disabled_at)
    found = db.session.execute(
        select(*columns).where(Agent.email == email.strip().casefold())
    ).one_or_none()
    db.session.rollback()
    good = passwords.matches(found.password_hash if found else None, password)
    if not good or found is None or found.disabled_at is not None:
        raise WrongLogin
    return found.id


def start(agent: Agent, *, address: str, browser: str, now: datetime) -> str:
    """Open a login and return its secret, which is shown to the browser once."""
    if agent.disabled_at is not None:
        raise WrongLogin
    secret = secrets.token_urlsafe(32)
    db.session.add(
        Login(
            agent_id=agent.id,
            digest=digest(secret),
            address=address[:255],
            browser=browser[:255],
            created_at=now,
            seen_at=now,
        )
    )
    events.record(EventKind.LOGGED_IN, by=agent, now=now, address=address)
    return secret


def digest(secret: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str, *, now: datetime) -> Login | None:
    """Return the running login of this secret: not ended, idle for 12 h or 7 days old."""
    asked, kept = {"digest": digest(secret)}, statements.kept(_by_digest())
    rows = db.session.scalars(_by_digest(), asked, execution_options=kept)
    login = rows.unique().one_or_none()
    return login if login and is_running(login, now=now) else None


@cache
def _by_digest() -> Select[Login]:
    """Build the query that every request begins with, once; each page asks for memberships."""
    with_agent = joinedload(Login.agent).joinedload(Agent.memberships)
    return select(Login).where(Login.digest == bindparam("digest")).options(with_agent)


def is_running(login: Login, *, now: datetime) -> bool:
    """Whether this login still lets its agent in."""
    fresh = now - login.seen_at < IDLE and now - login.created_at < ABSOLUTE
    return fresh and login.ended_at is None and login.agent.disabled_at is None


def touch(login: Login, *, now: datetime) -> bool:
    """Renew the idle time, at most once in 5 minutes; return whether anything changed."""
    if now - login.seen_at < TOUCH:
        return False
    login.seen_at = now
    return True


def running(agent: Agent, *, now: datetime) -> list[Login]:
    """Return the agent's running logins, newest first."""
    rows = db.session.scalars(
        select(Login)
        .where(Login.agent_id == agent.id, Login.ended_at.is_(None))
        .order_by(Login.id.desc())
    )
    return [login for login in rows if is_running(login, now=now)]


def end(login: Login, *, by: Agent, now: datetime) -> None:
    """End one login; its open stream closes within two seconds."""
    login.ended_at = login.ended_at or now
    live.poke("logins", agents=(login.agent_id,))
    facts: dict[str, Any] = {"agent": login.agent_id, "logins": [login.id]}
    events.record(EventKind.LOGGED_OUT, by=by, now=now, **facts)


def end_all(agent: Agent, *, by: Agent, now: datetime, but: Login | None = None) -> None:
    """End every login of an agent, except `but`."""
    ended = [login for login in running(agent, now=now) if login is not but]
    for login in ended:
        login.ended_at = now
    if ended:
        ids = [login.id for login in ended]
        events.record(EventKind.LOGGED_OUT, by=by, now=now, agent=agent.id, logins=ids)
    live.poke("logins", agents=(agent.id,))
