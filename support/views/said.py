"""A message as one agent sees it: as it is now, or as it was when he had to let it go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from support.access import Look
from support.db import db
from support.models import Attachment, Message, Revision


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers; without words when they are not to be shown."""

    id: int | None = None
    text: str = ""
    kind: str = ""
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the bubble of a message shows."""

    message: Message
    text: str
    entities: list[Any]
    state: str
    failure: str
    held_until: datetime | None
    edited_at: datetime | None
    deleted_at: datetime | None
    attachment: Attachment | None
    quote: Quote | None

    @property
    def is_out(self) -> bool:
        """Said by the desk."""
        return self.message.is_out

    @property
    def is_gone(self) -> bool:
        """A failed reply that its agent threw away leaves no trace in the thread."""
        return self.is_out and self.deleted_at is not None and self.message.sent_at is None

    @property
    def who(self) -> str:
        """Who spoke, for keeping one speaker's bubbles together."""
        return f"out-{self.message.agent_id}" if self.is_out else "in"


def said(rows: Sequence[Row[*tuple[Any, ...]]], look: Look) -> list[Said]:
    """Make bubbles of messages and what they quote."""
    wordings = _wordings([row[0] for row in rows], look)
    return [_said(message, Quoted(*quoted), look, wordings) for message, *quoted in rows]


@dataclass(frozen=True, slots=True)
class Quoted:
    """The columns of a quoted message, all None when it is not at hand."""

    id: int | None
    text: str | None
    kind: str | None
    direction: str | None
    edited_at: datetime | None
    deleted_at: datetime | None


def _said(message: Message, quoted: Quoted, look: Look, wordings: dict[int, Revision]) -> Said:
    words = wordings.get(message.id) or message
    state = _state(message, look.until)
    return Said(
        message=message,
        text=words.text,
        entities=words.entities,
        state=state,
        failure=message.failure if state == "failed" else "",
        held_until=message.not_before if state == "waiting" and look.left is None else None,
        edited_at=upto(message.edited_at, look.until),
        deleted_at=upto(message.deleted_at, look.until),
        attachment=message.attachment,
        quote=_quote(message, quoted, look.until),
    )


def _state(message: Message, until: datetime | None) -> str:
    if upto(message.failed_at, until):
        return "failed"
    return "accepted" if upto(message.sent_at, until) else "waiting"


def upto(at: datetime | None, until: datetime | None) -> datetime | None:
    """Return an instant unless it lies after the end of the agent's sight."""
    return at if at is None or until is None or at <= until else None


def _quote(message: Message, quoted: Quoted, until: datetime | None) -> Quote | None:
    if message.reply_to is None:
        return None
    changed = upto(quoted.edited_at, until) != quoted.edited_at
    if quoted.id is None or quoted.deleted_at is not None or changed:
        return Quote()
    return Quote(quoted.id, quoted.text or "", quoted.kind or "", is_out=quoted.direction == "out")


def _wordings(messages: list[Message], look: Look) -> dict[int, Revision]:
    """Find the words that stood when his sight ended, for messages edited since."""
    if look.last_seq is None:
        return {}
    edited = [m.id for m in messages if m.edited_at and m.rev > look.last_seq]
    if not edited:
        return {}
    rows = db.session.scalars(
        select(Revision)
        .where(Revision.message_id.in_(edited), Revision.seq > look.last_seq)
        .order_by(Revision.seq.desc())
    )
    return {revision.message_id: revision for revision in rows}
