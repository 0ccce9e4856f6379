"""The outbox: what waits to be sent, as the sender reads it from the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from support.db import db
from support.models import Attachment, Customer, Message, Project, TelegramPeer

LOAD = 1_000


@dataclass(slots=True)
class Letter:
    """One message on its way out."""

    id: int
    random_id: int
    user_id: int
    access_hash: int
    text: str = ""
    entities: list[Any] = field(default_factory=list[Any])
    reply_to: int | None = None
    not_before: datetime | None = None
    file: Enclosure | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The file of a letter; `path` is its name in the store."""

    path: str
    name: str
    mime: str
    kind: str


def waiting(project: Project) -> list[Letter]:
    """Return what waits for Telegram's acceptance, oldest first."""
    rows = db.session.execute(
        select(Message, Customer.telegram_id, TelegramPeer.access_hash, Attachment)
        .join(Customer, Customer.id == Message.customer_id)
        .outerjoin(Attachment, Attachment.message_id == Message.id)
        .outerjoin(TelegramPeer, _address(project))
        .where(
            Message.project_id == project.id,
            Message.direction == "out",
            Message.sent_at.is_(None),
            Message.failed_at.is_(None),
            Message.deleted_at.is_(None),
        )
        .order_by(Message.id)
        .limit(LOAD)
    )
    return [_letter(*row) for row in rows]


def _address(project: Project) -> Any:
    return and_(TelegramPeer.project_id == project.id, TelegramPeer.peer_id == Customer.telegram_id)


def _letter(
    message: Message, user_id: int, access_hash: int | None, attachment: Attachment | None
) -> Letter:
    return Letter(
        id=message.id,
        random_id=message.random_id or 0,
        user_id=user_id,
        # A bot that has been written to may leave the hash out.
        access_hash=access_hash or 0,
        text=message.text,
        entities=message.entities,
        reply_to=message.reply_to,
        not_before=message.not_before,
        file=_enclosure(attachment) if attachment else None,
    )


def _enclosure(attachment: Attachment) -> Enclosure:
    kind = "photo" if attachment.kind == "photo" else "document"
    return Enclosure(attachment.path or "", attachment.file_name, attachment.mime, kind)
