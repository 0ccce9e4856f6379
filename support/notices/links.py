"""Links: a colleague proves a Telegram account to be his own by a code that he sends to the bot."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from support import events, live
from support.db import db
from support.logins import digest
from support.models import (
    Agent,
    EventKind,
    LinkCode,
    LinkTry,
    Project,
    StaffLink,
    StaffMessage,
)
from support.notices import outgoing
from support.refusals import N_, NotFound
from support.sentences import said

VALID = timedelta(minutes=10)
TRIES, WINDOW = 5, timedelta(minutes=10)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PART = f"[{ALPHABET}]{{4}}"
# The command with a word behind it, with the code in parts, or alone.
COMMAND = re.compile(
    rf"\s*/link(?:@\w+)?(?:\s+(\S+|{PART}(?:[\s-]+{PART}){{2}}))?\s*", re.IGNORECASE
)
# A code that somebody sends without the command, or among other words.
WRITTEN = re.compile(rf"(?<![\w-]){PART}-{PART}-{PART}(?![\w-])", re.IGNORECASE)
WELCOME = N_(
    "Linked. Reminders of %(project)s for %(name)s come here. Whatever else you write to this "
    "bot reaches the desk as a customer's message. Unlink on your account page."
)
UNKNOWN = N_("This code is not valid, or not any more. Make a new one on your account page.")


@dataclass(frozen=True, slots=True)
class Place:
    """A project whose bot can write to the agent, and the link, if there is one."""

    project: Project
    link: StaffLink | None
    last: StaffMessage | None


@dataclass(frozen=True, slots=True)
class Account:
    """The Telegram account that sent a code, as Telegram describes it."""

    telegram_id: int
    name: str
    language: str


def new_code(agent: Agent, project: Project, *, now: datetime) -> str:
    """Return a code for an agent and a project's bot, which is shown once.

    It makes the earlier one void. Refuses a project in which he has no place.
    """
    if not outgoing.fits(agent, project):
        raise NotFound
    db.session.execute(
        update(LinkCode)
        .where(LinkCode.agent_id == agent.id, LinkCode.project_id == project.id, _unused(now))
        .values(expires_at=now)
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(12))
    db.session.add(
        LinkCode(
            project_id=project.id,
            agent_id=agent.id,
            digest=_digest(code),
            created_at=now,
            expires_at=now + VALID,
        )
    )
    return "-".join((code[:4], code[4:8], code[8:]))


def _unused(now: datetime) -> ColumnElement[bool]:
    return LinkCode.used_at.is_(None) & (LinkCode.expires_at > now)


def _digest(code: str) -> str:
    return digest("".join(one for one in code.upper() if one in ALPHABET))


def redeem(project: Project, text: str, account: Account, *, now: datetime) -> bool:
    """Take a message for a code, and answer it; False when it is a customer's like any other.

    Wrong, used and old codes get the same answer, and after five tries in ten minutes none.
    """
    code = _code_in(project, text)
    if code is None:
        return False
    if _is_again(project, code, account):
        return True
    tries = _counted(project, account, now=now)
    agent = _agent_of(project, code, now=now) if tries <= TRIES else None
    if agent is not None:
        _link(project, agent, account, now=now)
    elif tries <= TRIES:
        language = "zh" if account.language.startswith("zh") else "en"
        outgoing.write(project, account.telegram_id, "answer", said(UNKNOWN, language), now=now)
    return True


def _code_in(project: Project, text: str) -> str | None:
    """Return what stands where a code would; None in what is no matter of ours."""
    if command := COMMAND.fullmatch(text):
        return command[1] or ""
    written = {_digest(found): found for found in WRITTEN.findall(text)}
    if not written:
        return None
    # Asked at once: a customer can write hundreds of words that look like one.
    known = select(LinkCode.digest).where(
        LinkCode.digest.in_(written), LinkCode.project_id == project.id
    )
    found = db.session.scalar(known.limit(1))
    return written[found] if found is not None else None


def _is_again(project: Project, code: str, account: Account) -> bool:
    """Whether Telegram repeats what has linked this account already."""
    rows = (
        select(StaffLink.id)
        .join(LinkCode, LinkCode.agent_id == StaffLink.agent_id)
        .where(
            LinkCode.digest == _digest(code),
            LinkCode.used_at == StaffLink.linked_at,
            StaffLink.project_id == project.id,
            StaffLink.telegram_id == account.telegram_id,
        )
    )
    return db.session.scalar(rows) is not None


def _counted(project: Project, account: Account, *, now: datetime) -> int:
    """Count a try, and return how many there were within the window."""
    row = db.session.get(LinkTry, (project.id, account.telegram_id))
    if row is None or row.since + WINDOW <= now:
        row = db.session.merge(
            LinkTry(project_id=project.id, telegram_id=account.telegram_id, tries=0, since=now)
        )
    row.tries += 1
    return row.tries


def _agent_of(project: Project, code: str, *, now: datetime) -> Agent | None:
    """Return whose code this is, and use it up; of two who send it at once, one is heard."""
    used = db.session.scalar(
        update(LinkCode)
        .where(LinkCode.digest == _digest(code), LinkCode.project_id == project.id, _unused(now))
        .values(used_at=now)
        .returning(LinkCode.agent_id)
    )
    agent = db.session.get(Agent, used) if used is not None else None
    return agent if agent is not None and outgoing.fits(agent, project) else None


def _link(project: Project, agent: Agent, account: Account, *, now: datetime) -> None:
    """Link this account, which leaves whoever had it; the agent's earlier one is unlinked."""
    others = (StaffLink.agent_id == agent.id) | (StaffLink.telegram_id == account.telegram_id)
    db.session.execute(
        update(StaffLink)
        .where(StaffLink.project_id == project.id, StaffLink.ended_at.is_(None), others)
        .values(ended_at=now)
    )
    db.session.add(
        StaffLink(
            project_id=project.id,
            agent_id=agent.id,
            telegram_id=account.telegram_id,
            name=account.name[:255],
            linked_at=now,
        )
    )
    facts = {"account": account.telegram_id, "name": account.name[:255]}
    events.record(EventKind.AGENT_LINKED, by=agent, now=now, project_id=project.id, **facts)
    language = outgoing.language_of(agent)
    words = said(WELCOME, language, project=project.name, name=agent.name)
    outgoing.write(project, account.telegram_id, "answer", words, now=now, agent=agent)
    live.poke("linked", agents=(agent.id,))


def linked(agent: Agent, project: Project) -> StaffLink | None:
    """Return the agent's link at a project's bot."""
    return db.session.scalar(
        select(StaffLink).where(
            StaffLink.agent_id == agent.id,
            StaffLink.project_id == project.id,
            StaffLink.ended_at.is_(None),
        )
    )


def end_link(agent: Agent, project: Project, *, now: datetime) -> None:
    """Unlink the agent's own account: nothing more is sent to it."""
    link = linked(agent, project)
    if link is not None:
        link.ended_at = now
        facts = {"account": link.telegram_id, "name": link.name}
        events.record(EventKind.AGENT_UNLINKED, by=agent, now=now, project_id=project.id, **facts)


def places(agent: Agent) -> list[Place]:
    """Return the projects in which the agent has a place, each with his link and what came last."""
    rows = select(Project).where(Project.disabled_at.is_(None)).order_by(Project.name)
    if not agent.is_owner:
        rows = rows.where(Project.id.in_([one.project_id for one in agent.memberships]))
    links, messages = _links(agent), _latest(agent)
    projects = db.session.scalars(rows)
    return [Place(one, links.get(one.id), messages.get(one.id)) for one in projects]


def _links(agent: Agent) -> dict[int, StaffLink]:
    rows = select(StaffLink).where(StaffLink.agent_id == agent.id, StaffLink.ended_at.is_(None))
    return {link.project_id: link for link in db.session.scalars(rows)}


def _latest(agent: Agent) -> dict[int, StaffMessage]:
    """Return the last message that each project's bot had for the agent."""
    last = (
        select(func.max(StaffMessage.id))
        .where(StaffMessage.agent_id == agent.id)
        .group_by(StaffMessage.project_id)
    )
    rows = select(StaffMessage).where(StaffMessage.id.in_(last))
    return {message.project_id: message for message in db.session.scalars(rows)}
