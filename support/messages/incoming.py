"""What the customer says: stored once, and changed when the customer changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from support import routing, sla
from support.conversations import announce, for_customer, lock
from support.db import db
from support.messages.rows import conversation_of, is_last, touch
from support.models import Attachment, Conversation, Customer, Message, Project, Revision


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user as an update describes him; every string is hostile."""

    telegram_id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram keeps; `location` is what fetches it."""

    kind: str
    file_name: str = ""
    mime: str = "application/octet-stream"
    size: int = 0
    width: int | None = None
    height: int | None = None
    location: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's message as it came off the wire; `source` is its raw TL."""

    person: Person
    telegram_id: int
    at: datetime
    text: str = ""
    kind: str = "text"
    entities: list[Any] = field(default_factory=list)
    reply_to: int | None = None
    album: int | None = None
    media: Media | None = None
    source: bytes | None = None


def customer_of(project: Project, person: Person, *, now: datetime) -> Customer:
    """Return the customer with this Telegram id, made on his first message, named as he is now."""
    customer = find_customer(project, person.telegram_id)
    if customer is None:
        customer = Customer(
            project_id=project.id, telegram_id=person.telegram_id, first_seen_at=now
        )
        db.session.add(customer)
    customer.first_name = person.first_name[:255]
    customer.last_name = person.last_name[:255]
    customer.username = person.username[:255]
    customer.language = (person.language or customer.language or "")[:32]
    db.session.flush()
    return customer


def find_customer(project: Project, telegram_id: int) -> Customer | None:
    """Return the project's customer with this Telegram id."""
    return db.session.scalar(
        select(Customer).where(
            Customer.project_id == project.id, Customer.telegram_id == telegram_id
        )
    )


def receive(project: Project, incoming: Incoming, *, now: datetime) -> Message | None:
    """Store a customer's message once; a repeat of the same Telegram id is a no-op (None)."""
    customer = customer_of(project, incoming.person, now=now)
    seq = lock(customer.id, step=2)
    if find(customer, incoming.telegram_id) is not None:
        return None
    conversation = for_customer(customer, now=now, seq=seq - 1)
    message = _stored(conversation, incoming, now=now, seq=seq)
    sla.received(conversation, message, first=conversation.last_message_id is None, now=now)
    conversation.unread_count += 1
    customer.blocked_at = None
    is_last(conversation, message)
    if conversation.queued_at == now:
        routing.route(conversation, now=now, trigger="message")
    announce(conversation, "desk")
    return message


def find(customer: Customer, telegram_id: int) -> Message | None:
    """Return the message with this Telegram id in the customer's chat."""
    return db.session.scalar(
        select(Message).where(
            Message.project_id == customer.project_id,
            Message.customer_id == customer.id,
            Message.telegram_id == telegram_id,
        )
    )


def _stored(conversation: Conversation, incoming: Incoming, *, now: datetime, seq: int) -> Message:
    message = Message(
        project_id=conversation.project_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        direction="in",
        kind=incoming.kind,
        text=incoming.text,
        entities=incoming.entities,
        reply_to=incoming.reply_to,
        album=incoming.album,
        telegram_id=incoming.telegram_id,
        telegram_at=incoming.at,
        created_at=now,
        seq=seq,
        rev=seq,
        source=incoming.source,
    )
    if incoming.media is not None:
        message.attachment = _offered(incoming.media)
    db.session.add(message)
    db.session.flush()
    return message


def _offered(media: Media) -> Attachment:
    return Attachment(
        kind=media.kind,
        file_name=media.file_name[:255],
        mime=media.mime[:255],
        size=max(media.size, 0),
        width=media.width,
        height=media.height,
        location=media.location,
    )


def edited(
    message: Message, text: str, entities: list[Any], *, at: datetime, now: datetime
) -> None:
    """The customer changed his words: keep the earlier ones; the same words are a no-op."""
    if (message.text, message.entities) == (text, entities):
        return
    seq = lock(message.customer_id)
    db.session.add(
        Revision(
            message_id=message.id,
            text=message.text,
            entities=message.entities,
            seq=seq,
            replaced_at=now,
        )
    )
    message.text, message.entities, message.edited_at, message.rev = text, entities, at, seq
    announce(conversation_of(message), "desk")


def deleted(message: Message, *, now: datetime) -> None:
    """Telegram says that a message is gone; its words stay for supervisors."""
    if message.deleted_at is None:
        message.deleted_at = now
        touch(message)
        announce(conversation_of(message), "desk")


def fetched(attachment: Attachment, *, path: str, preview: str | None, now: datetime) -> None:
    """A customer's file is in the store now."""
    attachment.path, attachment.preview, attachment.fetched_at = path, preview, now
    attachment.failed_at, attachment.failure = None, ""
    touch(attachment.message)
    announce(conversation_of(attachment.message))


def unfetched(attachment: Attachment, reason: str, *, now: datetime) -> None:
    """A customer's file could not be fetched; the page offers another try."""
    attachment.failed_at, attachment.failure = now, reason[:255]
    touch(attachment.message)
    announce(conversation_of(attachment.message))
