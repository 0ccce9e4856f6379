"""The outbox: what waits to be sent, as the sender reads it from the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from support import notices, risk
from support.db import db, utcnow
from support.models import Attachment, Customer, Message, Project, TelegramPeer

LOAD = 1_000


@dataclass(slots=True)
class Letter:
    """One message on its way out, to a customer or to a colleague; `key` tells all apart."""

    id: int
    random_id: int
    user_id: int
    access_hash: int
    text: str = ""
    entities: list[Any] = field(default_factory=list[Any])
    reply_to: int | None = None
    not_before: datetime | None = None
    file: Enclosure | None = None
    is_staff: bool = False
    risk_stamp: str = ""

    @property
    def key(self) -> int:
        """Return the number by which the sender knows the letter."""
        return -self.id if self.is_staff else self.id


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The file of a letter; `path` is its name in the store."""

    path: str
    name: str
    mime: str
    kind: str


def everything(project: Project) -> tuple[list[Letter], bool]:
    """Return all that waits, customers' letters first, and whether there may be more."""
    letters, staff = waiting(project), waiting_staff(project)
    return [*letters, *staff], len(letters) == LOAD or len(staff) == notices.LOAD


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


def waiting_staff(project: Project) -> list[Letter]:
    """Return what waits for colleagues, oldest first."""
    found = notices.waiting(project, now=utcnow())
    addresses = _hashes(project, {row.telegram_id for row in found})
    return [
        Letter(
            id=row.id,
            random_id=row.random_id,
            user_id=row.telegram_id,
            access_hash=addresses.get(row.telegram_id, 0),
            text=row.text,
            not_before=row.not_before,
            is_staff=True,
        )
        for row in found
    ]


def may_leave(letter: Letter, _project: Project) -> bool:
    """Answer whether a letter may leave now: to a colleague, if it still reaches him.

    To a customer, if the present list of risk words holds nothing against it.
    """
    if letter.is_staff:
        return notices.reaches(letter.id, now=utcnow())
    return risk.unfit(db.session.get_one(Message, letter.id)) is None


def _hashes(project: Project, users: set[int]) -> dict[int, int]:
    if not users:
        return {}
    rows = select(TelegramPeer.peer_id, TelegramPeer.access_hash).where(
        TelegramPeer.project_id == project.id, TelegramPeer.peer_id.in_(users)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


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
        risk_stamp=message.risk_stamp,
    )


def _enclosure(attachment: Attachment) -> Enclosure:
    kind = "photo" if attachment.kind == "photo" else "document"
    return Enclosure(attachment.path or "", attachment.file_name, attachment.mime, kind)
