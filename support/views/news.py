"""What has just called an agent: one toast for each stage, and one for what was held meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row, Select, bindparam, func, or_, select

from support import access, notices
from support.access import Asker
from support.db import UTCDateTime, db
from support.models import (
    Agent,
    Conversation,
    Customer,
    Notice,
    NoticeSettings,
    Project,
    SlaClock,
)
from support.views.rows import customer_name

MOST = 3
# A page that was away for long is told by its bell, not by a heap of toasts.
LONGEST = timedelta(minutes=10)
SINCE = bindparam("since", type_=UTCDateTime)


@dataclass(frozen=True, slots=True)
class Call:
    """One toast: what it says, where it leads, and by which ways the agent hears of it."""

    key: str
    kind: str
    words: str
    due: int
    soon: str
    late: str
    where: str
    name: str
    url: str
    sound: bool
    notify: bool


def since(text: str, now: datetime) -> datetime:
    """Read the instant from which on a page asks, in milliseconds; never long ago."""
    known = text.isascii() and text.isdecimal() and len(text) < 15
    at = datetime.fromtimestamp(int(text) / 1000, UTC) if known else now
    return max(at, now - LONGEST)


def calls(agent: Agent, after: datetime, *, now: datetime) -> tuple[list[Call], int]:
    """Return what has called the agent since then, and how many more there were."""
    settings = notices.of(agent.id)
    values = access.values(agent, since=after)
    rows = db.session.execute(_news(access.asker(agent)), values).all()
    fresh = [row for row in rows if row.held_until is None]
    summed = [row for row in rows if row.summed_at is not None]
    found = [_call(row, settings, now=now) for row in fresh[:MOST]]
    if summed:
        found.append(_summary(summed, settings))
    return found, max(0, len(fresh) - MOST)


@cache
def _news(who: Asker) -> Select[*tuple[Any, ...]]:
    """What a page is told of: conversations that the agent still sees, and clocks that run."""
    mine = Notice.agent_id == who.id
    called = (Notice.at > SINCE) & Notice.held_until.is_(None) & SlaClock.stopped_at.is_(None)
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.held_until,
            Notice.summed_at,
            Notice.conversation_id,
            SlaClock.metric,
            SlaClock.due_at,
            Project.name.label("project"),
            Project.timezone.label("zone"),
            customer_name().label("customer"),
        )
        .join(SlaClock, SlaClock.id == Notice.clock_id)
        .join(Conversation, Conversation.id == Notice.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Project, Project.id == Conversation.project_id)
        .where(mine, or_(called, Notice.summed_at > SINCE), access.visible_conversations(who))
        .order_by(Notice.id.desc())
        .limit(200)
    )


def _call(row: Row[*tuple[Any, ...]], settings: NoticeSettings, *, now: datetime) -> Call:
    is_breach = row.kind == "breach" or row.due_at <= now
    held = notices.ends_at(settings, row.zone, breach=is_breach, now=now) is not None
    left, count = notices.left(row.due_at - now)
    soon, late = gettext(notices.DUE[row.metric], left="#"), gettext(notices.LATE[row.metric])
    return Call(
        key=str(row.id),
        kind="breach" if is_breach else "reminder",
        words=late if is_breach else soon.replace("#", gettext(left, **count)),
        due=int(row.due_at.timestamp() * 1000),
        soon=soon,
        late=late,
        where=gettext(
            "%(project)s · conversation %(number)s", project=row.project, number=row.conversation_id
        ),
        name=row.customer if settings.names else "",
        url=f"/conversations/{row.conversation_id}",
        sound=not held and (settings.sound == "all" or (is_breach and settings.sound != "off")),
        notify=not held and settings.notify,
    )


def _summary(rows: list[Row[*tuple[Any, ...]]], settings: NoticeSettings) -> Call:
    """Say in one what quiet hours have held."""
    had_breach = any(row.kind == "breach" for row in rows)
    words = gettext(notices.AWAY, count=len(rows))
    return Call(
        key=f"held-{max(row.id for row in rows)}",
        kind="summary",
        words=words,
        due=0,
        soon="",
        late="",
        where=", ".join(sorted({row.project for row in rows})),
        name="",
        url="/alerts",
        sound=settings.sound == "all" or (had_breach and settings.sound != "off"),
        notify=settings.notify,
    )


def drawn_at() -> int:
    """Return the server's clock in milliseconds, as a page keeps it from its drawing on."""
    return int(datetime.now(UTC).timestamp() * 1000)


def waiting(agent: Agent) -> int:
    """Count what quiet hours hold for an agent now."""
    rows = select(func.count()).where(
        Notice.agent_id == agent.id, Notice.held_until.is_not(None), Notice.summed_at.is_(None)
    )
    return db.session.scalar(rows) or 0
