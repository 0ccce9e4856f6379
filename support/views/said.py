"""A message as one agent sees it: as it is now, or as it was when he had to let it go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from support.access import Look
from support.db import db
from support.models import Agent, Attachment, Message, Revision

# What a bubble shows, and no more: whole rows of the session cost twice as much to read.
OWN = tuple(
    getattr(Message, name)
    for name in (
        *("id", "seq", "rev", "created_at", "conversation_id", "agent_id", "direction", "kind"),
        *("text", "entities", "client_key", "telegram_id", "reply_to", "sent_at", "failed_at"),
        *("failure", "deleted_at", "edited_at", "not_before"),
    )
)
QUOTED = aliased(Message, name="quoted")
OF_QUOTED = tuple(
    getattr(QUOTED, name) for name in ("id", "text", "kind", "direction", "rev", "deleted_at")
)
OF_FILE = tuple(
    getattr(Attachment, name)
    for name in (
        *("id", "kind", "file_name", "size", "width", "height", "path", "preview"),
        *("failed_at", "failure"),
    )
)
COLUMNS = (
    *OWN,
    Agent.name,
    *(column.label(f"quoted_{column.key}") for column in OF_QUOTED),
    *(column.label(f"file_{column.key}") for column in OF_FILE),
)
FROM_QUOTED, FROM_FILE = len(OWN) + 1, len(OWN) + 1 + len(OF_QUOTED)

Read = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers; without words when they are not to be shown."""

    id: int | None = None
    text: str = ""
    kind: str = ""
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """The file of a message: `path` once it is here, `preview` once it was drawn."""

    id: int
    kind: str
    file_name: str
    size: int
    width: int | None
    height: int | None
    path: str | None
    preview: str | None
    failed_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the bubble of a message shows."""

    message: Read
    text: str
    entities: list[Any]
    state: str
    failure: str
    held_until: datetime | None
    edited_at: datetime | None
    deleted_at: datetime | None
    attachment: File | None
    quote: Quote | None

    @property
    def is_out(self) -> bool:
        """Said by the desk."""
        return self.message.direction == "out"

    @property
    def is_gone(self) -> bool:
        """A failed reply that its agent threw away leaves no trace in the thread."""
        return self.is_out and self.deleted_at is not None and self.message.sent_at is None

    @property
    def who(self) -> str:
        """Who spoke, for keeping one speaker's bubbles together."""
        return f"out-{self.message.agent_id}" if self.is_out else "in"


def said(rows: Sequence[Read], look: Look) -> list[Said]:
    """Make bubbles of messages and what they quote."""
    pairs = [(row, Quoted(*row[FROM_QUOTED:FROM_FILE])) for row in rows]
    wordings = _wordings(pairs, look)
    return [_said(message, quoted, look, wordings) for message, quoted in pairs]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that stood when his sight ended, and when they had been changed before."""

    text: str
    entities: list[Any]
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """The columns of a quoted message, all None when it is not at hand."""

    id: int | None
    text: str | None
    kind: str | None
    direction: str | None
    rev: int | None
    deleted_at: datetime | None


def _said(message: Read, quoted: Quoted, look: Look, wordings: dict[int, Wording]) -> Said:
    words = wordings.get(message.id) or message
    until = end(message.rev, look)
    state = _state(message, until)
    return Said(
        message=message,
        text=words.text,
        entities=words.entities,
        state=state,
        failure=message.failure if state == "failed" else "",
        held_until=message.not_before if state == "waiting" and look.left is None else None,
        edited_at=words.edited_at,
        deleted_at=upto(message.deleted_at, until),
        attachment=File(*message[FROM_FILE:]) if message.file_id else None,
        quote=_quote(message, quoted, look, wordings),
    )


def end(rev: int | None, look: Look) -> datetime | None:
    """Return the end of his sight for a row that has changed since; None for one that has not."""
    return look.until if rev and look.last_seq is not None and rev > look.last_seq else None


def _state(message: Read, until: datetime | None) -> str:
    if upto(message.failed_at, until):
        return "failed"
    return "accepted" if upto(message.sent_at, until) else "waiting"


def upto(at: datetime | None, until: datetime | None) -> datetime | None:
    """Return an instant unless it lies after the end of the agent's sight."""
    return at if at is None or until is None or at <= until else None


def _quote(message: Read, quoted: Quoted, look: Look, wordings: dict[int, Wording]) -> Quote | None:
    if message.reply_to is None:
        return None
    if quoted.id is None or upto(quoted.deleted_at, end(quoted.rev, look)):
        return Quote()
    words = wordings.get(quoted.id)
    text = words.text if words else quoted.text or ""
    return Quote(quoted.id, text, quoted.kind or "", is_out=quoted.direction == "out")


def _wordings(pairs: Sequence[tuple[Read, Quoted]], look: Look) -> dict[int, Wording]:
    """Find the words of then by their numbers: Telegram's clock and ours may differ."""
    last = look.last_seq
    if last is None:
        return {}
    changed = {message.id for message, _ in pairs if message.rev > last}
    changed |= {quoted.id for _, quoted in pairs if quoted.id and (quoted.rev or 0) > last}
    if not changed:
        return {}
    found: dict[int, Wording] = {}
    revisions = select(Revision).where(Revision.message_id.in_(changed))
    for old in db.session.scalars(revisions.order_by(Revision.seq.desc())):
        then = found.get(old.message_id)
        if old.seq > last:
            found[old.message_id] = Wording(old.text, old.entities)
        elif then is not None and then.edited_at is None:
            found[old.message_id] = replace(then, edited_at=old.replaced_at)
    return found
