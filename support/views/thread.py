"""The thread of a customer: messages, notes, deeds and day lines in the order of the desk.

Every line carries the key by which open pages sort it: the microsecond and its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, and_, bindparam, select

from support import access
from support.access import Asker, Look
from support.db import Big, run
from support.models import Agent, Attachment, Message
from support.views import i18n, lines
from support.views.lines import CASE, CUSTOMER, LAST, Line
from support.views.said import COLUMNS, QUOTED, Read, Said, said

WINDOW = 60
MOST_CHANGES = 300
TOGETHER = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a thread, drawn by the partial of its noun."""

    noun: str
    id: str
    at: datetime
    seq: int
    rev: int
    who: str
    thing: Any
    follows: bool = False

    @property
    def key(self) -> str:
        """Where it stands: numbers that a page can compare."""
        return f"{micros(self.at)}-{self.seq}"


@dataclass(frozen=True, slots=True)
class Thread:
    """A stretch of a thread: its items, where it begins and ends, and what lies outside it."""

    items: list[Item]
    since: int
    reach: int
    handovers: list[Line]
    has_deeds: bool
    has_earlier: bool = False
    has_more: bool = False


def window(agent: Agent, look: Look, *, before: int | None = None) -> Thread:
    """Return the last stretch of the thread, or the one before number `before`."""
    asked = _asked(agent, look) | {"before": before or LAST}
    rows = run(_window(access.asker(agent)), asked).all()
    since = rows[WINDOW - 1].seq if len(rows) > WINDOW else 0
    between = lines.window(agent, look, above=since, below=(before or LAST) - 1)
    if between.cut is not None:  # the stretch begins where there was room for every note
        since = between.cut + 1
    rows = [row for row in reversed(rows) if row.seq >= since]
    here = [line for line in between.here if line.seq >= since]
    fresh = _first_unread(agent, look, rows) if before is None else None
    items = _drawn(said(rows, look), here, fresh)
    return Thread(
        items, since, look.cursor, between.handovers, has_deeds=True, has_earlier=since > 0
    )


def changes(agent: Agent, look: Look, *, after: int, since: int) -> Thread:
    """Return what was said, written, done or changed after number `after`, as far as `reach`.

    What stands before `since` is not on the page that asks, and stays out. Of many changes
    these are the first, and the page asks on from `reach`.
    """
    if look.left is not None and after >= look.cursor:
        return Thread([], since, look.cursor, [], has_deeds=False)
    # What changed after the end of his sight has numbers that his page may not stand at.
    most = MOST_CHANGES if look.left is None else LAST
    asked = _asked(agent, look) | {"after": after, "since": since, "most": most + 1}
    rows = run(_changes(access.asker(agent)), asked).all()
    reach = rows[most - 1].rev if len(rows) > most else look.cursor
    between = lines.changes(agent, look, above=after + 1, below=reach)
    if between.cut is not None:
        reach = between.cut - 1
    if reach < look.cursor:
        rows = [row for row in rows if row.rev <= reach]
    here = [line for line in between.here if line.seq <= reach]
    return Thread(
        _drawn(said(rows, look), here, None),
        since,
        reach,
        between.handovers,
        has_deeds=any(line.noun == "event" for line in here),
        has_more=reach < look.cursor,
    )


def only(agent: Agent, look: Look, messages: list[Message]) -> list[Item]:
    """Return these messages alone, with their day lines."""
    asked = _asked(agent, look) | {"ids": [message.id for message in messages]}
    rows = run(_only(access.asker(agent)), asked).all()
    return _drawn(said(rows, look), [], None)


def _asked(agent: Agent, look: Look) -> dict[str, Any]:
    case = look.conversation
    return access.values(agent, customer=case.customer_id, case=case.id)


@cache
def _window(who: Asker) -> Select[*tuple[Any, ...]]:
    under = Message.seq < bindparam("before", type_=Big)
    return _messages(who).where(under).order_by(Message.seq.desc()).limit(WINDOW + 1)


@cache
def _changes(who: Asker) -> Select[*tuple[Any, ...]]:
    changed = Message.rev > bindparam("after", type_=Big)
    here = Message.seq >= bindparam("since", type_=Big)
    return _messages(who).where(changed, here).order_by(Message.rev).limit(bindparam("most"))


@cache
def _only(who: Asker) -> Select[*tuple[Any, ...]]:
    ids = bindparam("ids", type_=Big, expanding=True)
    return _messages(who).where(Message.id.in_(ids)).order_by(Message.seq)


def _messages(who: Asker) -> Select[*tuple[Any, ...]]:
    """Messages up to this conversation, and what they quote of earlier in their own one."""
    answered = and_(
        QUOTED.project_id == Message.project_id,
        QUOTED.customer_id == Message.customer_id,
        QUOTED.telegram_id == Message.reply_to,
        QUOTED.conversation_id == Message.conversation_id,
        QUOTED.seq < Message.seq,
    )
    return (
        select(*COLUMNS)
        .select_from(Message)
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .outerjoin(Attachment, Attachment.message_id == Message.id)
        .outerjoin(QUOTED, answered)
        .where(
            Message.customer_id == CUSTOMER,
            Message.conversation_id <= CASE,
            access.visible(who, Message, opened=CASE),
        )
    )


def _first_unread(agent: Agent, look: Look, rows: list[Read]) -> Read | None:
    """The holder's "New" line stands before the customer's first message after `read_seq`."""
    case = look.conversation
    if case.assignee_id != agent.id or not case.unread_count:
        return None
    fresh = (row for row in rows if row.direction == "in" and row.seq > case.read_seq)
    return next((row for row in fresh if row.conversation_id == case.id), None)


def _drawn(messages: list[Said], between: list[Line], fresh: Read | None) -> list[Item]:
    items = [*map(_line, between), *map(_message, messages)]
    if fresh is not None:
        items.append(Item("new", "new", fresh.created_at, 0, 0, "new", None))
    items.sort(key=lambda item: (item.at, item.seq, item.noun == "note"))
    return list(_together(_with_days(items)))


def _line(line: Line) -> Item:
    return Item(line.noun, f"{line.noun}-{line.id}", line.at, line.seq, line.seq, line.who, line)


def _message(said: Said) -> Item:
    message = said.message
    name = f"message-{message.id}"
    return Item("message", name, message.created_at, message.seq, message.rev, said.who, said)


def _with_days(items: Iterable[Item]) -> Iterator[Item]:
    """Put a line before the first item of each day of the reader's zone."""
    zone = i18n.here()
    day: date | None = None
    for item in items:
        here = item.at.astimezone(zone).date()
        if here != day:
            day = here
            midnight = datetime.combine(day, time.min, zone).astimezone(UTC)
            yield Item("day", f"day-{day}", midnight, 0, 0, "day", day)
        yield item


def _together(items: Iterable[Item]) -> Iterator[Item]:
    """Join what one person says within five minutes."""
    listed = list(items)
    yield from listed[:1]
    for before, item in pairwise(listed):
        near = item.at - before.at <= TOGETHER
        same = item.who == before.who and item.noun in ("message", "note")
        yield _following(item) if near and same else item


def _following(item: Item) -> Item:
    return Item(item.noun, item.id, item.at, item.seq, item.rev, item.who, item.thing, follows=True)


def micros(at: datetime) -> int:
    """Return the microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)
