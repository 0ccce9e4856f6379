"""What an update does to the desk: each kind calls its verb, inside the pump's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pyrogram.raw import types
from sqlalchemy import select

from support import customers, messages, notices, reactions
from support.db import db
from support.messages import Person
from support.models import Message, Project, StaffMessage
from support.telegram import budget, formatting, parse
from support.telegram.pieces import Piece


@dataclass(slots=True)
class Round:
    """One transaction's work: when it happens, and what is to be done after it."""

    project: Project
    now: datetime
    dates: dict[int, int] = field(default_factory=dict[int, int])
    fetch: list[int] = field(default_factory=list[int])
    accepted: list[int] = field(default_factory=list[int])

    def apply(self, pieces: Iterable[Piece]) -> None:
        """Do what these updates say, in their order; what concerns nobody does nothing."""
        pieces = list(pieces)
        self.dates |= dict(filter(None, map(own_date, pieces)))
        for piece in pieces:
            deed = DEEDS.get(type(piece.update))
            if deed is not None:
                deed(self, piece)


def own_date(piece: Piece) -> tuple[int, int] | None:
    """Return number and date of a message of our own."""
    message = getattr(piece.update, "message", None)
    if not isinstance(message, types.Message) or not message.out:
        return None
    return message.id, message.date


def said(work: Round, piece: Piece) -> None:
    """A customer has written; a repeat changes nothing."""
    incoming = parse.incoming(piece.update.message, piece.users)
    if incoming is None or is_code(work, incoming.text, incoming.person):
        return
    if incoming.person == Person(incoming.person.telegram_id):
        incoming = remembered(work.project, incoming)
    message = reactions.receive(work.project, incoming, now=work.now)
    if message is None:
        return
    if at := edit_date(piece.update.message):  # even None, written later, would be an update
        message.edited_at = at
    # Asking a message without a file for its attachment is a query.
    if incoming.media is not None and message.attachment and budget.is_eager(message):
        work.fetch.append(message.attachment.id)


def is_code(work: Round, text: str, person: Person) -> bool:
    """Whether a colleague proves an account by these words, which no customer has said then."""
    name = f"{person.first_name} {person.last_name}".strip() or person.username
    account = notices.Account(person.telegram_id, name, person.language)
    return notices.redeem(work.project, text, account, now=work.now)


def remembered(project: Project, incoming: messages.Incoming) -> messages.Incoming:
    """Give a customer whom the update did not describe the names that we know."""
    known = messages.find_customer(project, incoming.person.telegram_id)
    if known is None:
        return incoming
    names = (known.first_name, known.last_name, known.username, known.language)
    return replace(incoming, person=Person(known.telegram_id, *names))


def edit_date(message: Any) -> datetime | None:
    """Return when the message was edited, if its words are not the first ones."""
    seconds = None if getattr(message, "edit_hide", None) else getattr(message, "edit_date", None)
    return parse.instant(seconds) if seconds else None


def edited(work: Round, piece: Piece) -> None:
    """A customer has changed a message; one that we never saw is taken as it is now."""
    raw = piece.update.message
    sender = parse.customer_id(raw)
    if sender is None:
        return
    text, who = parse.clean(getattr(raw, "message", "")), piece.users.get(sender)
    message = by_number(work.project, [raw.id]).first()
    if message is None:
        said(work, piece)
        return
    at = parse.instant(getattr(raw, "edit_date", None) or piece.date or raw.date)
    if message.is_out or (message.edited_at and at < message.edited_at):
        return
    if is_code(work, text, parse.person(who) or Person(sender)):
        return
    entities = formatting.rows(getattr(raw, "entities", None))
    reactions.edited(work.project, message, text, entities, at=at, now=work.now)


def deleted(work: Round, piece: Piece) -> None:
    """Messages are gone at Telegram."""
    for message in by_number(work.project, piece.update.messages):
        messages.deleted(message, now=work.now)


def by_number(project: Project, numbers: list[int]) -> Any:
    """Find messages by Telegram's numbers, which are one sequence over a bot's private chats."""
    return db.session.scalars(
        select(Message).where(Message.project_id == project.id, Message.telegram_id.in_(numbers))
    )


def named(work: Round, piece: Piece) -> None:
    """Telegram has accepted the message of this random number, under its own."""
    message = db.session.scalar(
        select(Message).where(
            Message.project_id == work.project.id, Message.random_id == piece.update.random_id
        )
    )
    if message is None:
        named_staff(work, piece)
        return
    number = piece.update.id
    at = parse.instant(work.dates.get(number) or piece.date)
    messages.accepted(message, telegram_id=number, at=at, now=work.now)
    work.accepted.append(message.id)


def named_staff(work: Round, piece: Piece) -> None:
    """The same of a message to a colleague: the sender knows it by its negative number."""
    message = db.session.scalar(
        select(StaffMessage).where(
            StaffMessage.project_id == work.project.id,
            StaffMessage.random_id == piece.update.random_id,
        )
    )
    if message is not None:
        notices.accepted(message, now=work.now)
        work.accepted.append(-message.id)


def stopped(work: Round, piece: Piece) -> None:
    """A customer has blocked the bot, or lets it write again."""
    customer = messages.find_customer(work.project, piece.update.user_id)
    if customer is not None:
        verb = customers.blocked if piece.update.stopped else customers.unblocked
        verb(customer, now=work.now)


DEEDS: dict[type, Callable[[Round, Piece], None]] = {
    types.UpdateNewMessage: said,
    types.UpdateEditMessage: edited,
    types.UpdateDeleteMessages: deleted,
    types.UpdateMessageID: named,
    types.UpdateBotStopped: stopped,
}
