"""How often words would have been met in what was said lately, in bounded time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import ColumnElement, Select, func, select

from support.db import db
from support.models import Conversation, Message, OwnAddress
from support.risk.matcher import Found, Matcher, Rule

LOOKED_BACK = timedelta(days=30)
SECONDS = 0.8
EXAMPLES = 5
# The clock is asked after so many messages: a small desk has its whole answer.
AT_ONCE = 200
# Messages are looked through in stretches of this many numbers, the latest first.
STRETCH = 4_000


@dataclass(frozen=True, slots=True)
class Example:
    """A message that would have been stopped, and where in its text."""

    message_id: int
    conversation_id: int
    at: datetime
    text: str
    found: Sequence[Found]


@dataclass(slots=True)
class Firings:
    """How many of the messages looked through would have been stopped; `cut` when time was up."""

    since: datetime
    examined: int = 0
    count: int = 0
    cut: bool = False
    examples: list[Example] = field(default_factory=list)


def draft(
    kind: str, texts: Iterable[str], *, group: str = "", action: str = "confirm"
) -> list[Rule]:
    """Return rules that are not saved yet."""
    return [Rule(0, group, kind, text, action) for text in texts]


def firings(
    rules: Sequence[Rule],
    project_ids: Sequence[int],
    seen: ColumnElement[bool],
    *,
    now: datetime,
    only_escalated: bool = False,
) -> Firings:
    """Count which of these projects' outgoing messages the rules would have met in 30 days.

    Only messages that the asker may see (`seen`) are looked at, the latest first, each by
    itself; after `SECONDS` the rest is left out, and `cut` says so.
    """
    own = select(OwnAddress.text).where(OwnAddress.project_id.in_(project_ids))
    matcher = Matcher(rules, db.session.scalars(own).all())
    result, ends = Firings(since=now - LOOKED_BACK), monotonic() + SECONDS
    wanted = [Message.project_id.in_(project_ids), Message.direction == "out", seen]
    if only_escalated:
        wanted.append(Message.conversation_id.in_(_raised()))
    for message_id, conversation_id, at, text in _latest(result.since, wanted):
        if result.examined % AT_ONCE == AT_ONCE - 1 and monotonic() > ends:
            result.cut, result.since = True, at
            break
        result.examined += 1
        if found := [one for one in matcher.scan(text) if one.rule.group_id is not None]:
            result.count += 1
            if len(result.examples) < EXAMPLES:
                result.examples.append(Example(message_id, conversation_id, at, text, found))
    return result


def _raised() -> Select[int]:
    return select(Conversation.id).where(Conversation.tier != "standard")


def _latest(
    since: datetime, wanted: Sequence[ColumnElement[bool]]
) -> Iterator[tuple[int, int, datetime, str]]:
    """Give the messages since an instant, the latest first.

    Numbers rise with time, so that no stretch before the first old one is read at all.
    """
    columns = (Message.id, Message.conversation_id, Message.created_at, Message.text)
    top = db.session.scalar(select(func.max(Message.id))) or 0
    while (said := _said(top)) is not None and said >= since:
        stretch = (Message.id <= top, Message.id > top - STRETCH, Message.created_at >= since)
        rows = select(*columns).where(*stretch, *wanted).order_by(Message.id.desc())
        for row in db.session.execute(rows):
            yield row[0], row[1], row[2], row[3]
        top -= STRETCH


def _said(number: int) -> datetime | None:
    """Return when the message of this number was stored, or the last one before it."""
    row = select(Message.created_at).where(Message.id <= number).order_by(Message.id.desc())
    return db.session.scalar(row.limit(1))
