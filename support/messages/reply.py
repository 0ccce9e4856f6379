"""What the assignee replies: rows of the outbox, made once per click."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from support import drafts, events, plans, queue, utf16
from support.conversations import (
    accept_pending,
    announce,
    keep_open,
    lock,
    locked,
    require_holder,
    what_stands,
)
from support.db import db, run
from support.messages import told
from support.messages.rows import conversation_of, is_last, touch
from support.models import Agent, Attachment, Conversation, EventKind, Message
from support.refusals import (
    CustomerBlockedBot,
    MessageEmpty,
    NotRetryable,
    QuoteUnknown,
    TextTooLong,
    TooManyFiles,
)

MESSAGE = Message.metadata.tables["message"]
FIRST = select(MESSAGE.c.id).where(
    MESSAGE.c.agent_id == bindparam("agent"), MESSAGE.c.client_key == bindparam("key")
)
TEXT_LIMIT = 20_000
FILES_LIMIT = 10
PARTS_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of an agent that is in the store already, under its random name `path`."""

    path: str
    file_name: str
    mime: str
    size: int
    kind: str = "document"
    width: int | None = None
    height: int | None = None
    preview: str | None = None


def reply(  # noqa: PLR0913 - a reply has these parts
    conversation: Conversation,
    text: str,
    *,
    by: Agent,
    now: datetime,
    client_key: str,
    reply_to: int | None = None,
    uploads: tuple[Upload, ...] = (),
    drafted: str | None = None,
) -> list[Message]:
    """Put the assignee's reply into the outbox and return its messages.

    The same `client_key` again returns the messages it made (a double click is one reply).
    A text over Telegram's 4,096 UTF-16 units becomes several messages. Refuses anyone but
    the assignee, an empty or endless text, a quote from elsewhere, and a customer who has
    blocked the bot. What was typed meanwhile, unlike `drafted`, stays as a draft.
    """
    _sendable(text, uploads)
    seq = locked(conversation)
    made = made_before(by, client_key)
    if made:
        return made
    _require_open(conversation, reply_to, by=by, now=now)
    written = [
        _message(conversation, part, upload, by=by, now=now)
        for part, upload in _parts(text.strip(), uploads)
    ]
    written[0].reply_to = reply_to
    _number(written, client_key, first=_acted(conversation, by=by, now=now, seq=seq))
    told.sent(conversation, written, by=by, now=now)
    _answered(conversation, written[-1])
    drafts.settle(conversation, text, drafted, mode="reply", by=by)
    queue.nudge(conversation.project_id)
    announce(conversation, "desk")
    return written


def _require_open(
    conversation: Conversation, reply_to: int | None, *, by: Agent, now: datetime
) -> None:
    require_holder(conversation, by)
    plans.require_sending(now=now)
    if conversation.customer.blocked_at is not None:
        raise CustomerBlockedBot
    _quotable(conversation, reply_to)


def _acted(conversation: Conversation, *, by: Agent, now: datetime, seq: int) -> int:
    """A reply accepts what was handed over and keeps the case open; return the next free number."""
    stands = what_stands(conversation)
    accepted = stands.handed and _accepts(conversation, by=by, now=now, seq=seq)
    kept = stands.clicked and keep_open(conversation, by=by, now=now, seq=seq)
    return lock(conversation.customer_id) if accepted or kept else seq


def _accepts(conversation: Conversation, *, by: Agent, now: datetime, seq: int) -> bool:
    """The first reply accepts what was handed over; False when nothing was."""
    handover = accept_pending(conversation, by=by, now=now)
    if handover is None:
        return False
    kind = EventKind.HANDOVER_ACCEPTED
    events.record_in(conversation, kind, by=by, now=now, seq=seq, handover=handover.id)
    return True


def made_before(by: Agent, client_key: str) -> list[Message]:
    """Return the messages that this click has made already; mostly none."""
    if run(FIRST, {"agent": by.id, "key": f"{client_key}:0"}).scalar() is None:
        return []
    keys = [f"{client_key}:{number}" for number in range(PARTS_LIMIT)]
    rows = select(Message).where(Message.agent_id == by.id, Message.client_key.in_(keys))
    return list(db.session.scalars(rows.order_by(Message.id)))


def _sendable(text: str, uploads: tuple[Upload, ...]) -> None:
    if not text.strip() and not uploads:
        raise MessageEmpty
    if len(uploads) > FILES_LIMIT:
        raise TooManyFiles(limit=FILES_LIMIT)
    if len(text) > TEXT_LIMIT:
        raise TextTooLong(length=len(text), limit=TEXT_LIMIT)


def _quotable(conversation: Conversation, reply_to: int | None) -> None:
    """Refuse to quote what was not said in this conversation yet."""
    if reply_to is None:
        return
    said = select(Message.id).where(
        Message.project_id == conversation.project_id,
        Message.telegram_id == reply_to,
        Message.conversation_id == conversation.id,
    )
    if db.session.scalar(said) is None:
        raise QuoteUnknown


def _parts(text: str, uploads: tuple[Upload, ...]) -> list[tuple[str, Upload | None]]:
    """Cut a reply into messages: files first, the text as the last one's caption if it fits."""
    if not uploads:
        return [(part, None) for part in utf16.split(text)]
    if utf16.length(text) <= utf16.CAPTION_LIMIT:
        return [*(("", upload) for upload in uploads[:-1]), (text, uploads[-1])]
    return [*(("", upload) for upload in uploads), *((part, None) for part in utf16.split(text))]


def _message(
    conversation: Conversation, text: str, upload: Upload | None, *, by: Agent, now: datetime
) -> Message:
    return Message(
        project_id=conversation.project_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        agent_id=by.id,
        direction="out",
        kind=upload.kind if upload else "text",
        text=text,
        entities=[],
        created_at=now,
        random_id=secrets.randbits(62) | 1,
        attachment=_given(upload, now=now) if upload else None,
    )


def _number(messages: list[Message], client_key: str, *, first: int) -> None:
    """Write the messages down one after the other; the number of the first is taken already."""
    for number, message in enumerate(messages):
        seq = lock(message.customer_id) if number else first
        message.seq = message.rev = seq
        message.client_key = f"{client_key}:{number}"
        db.session.add(message)
        db.session.flush()


def _given(upload: Upload, *, now: datetime) -> Attachment:
    return Attachment(
        kind=upload.kind,
        file_name=upload.file_name[:255],
        mime=upload.mime[:255],
        size=upload.size,
        width=upload.width,
        height=upload.height,
        path=upload.path,
        preview=upload.preview,
        fetched_at=now,
    )


def _answered(conversation: Conversation, message: Message) -> None:
    is_last(conversation, message)
    conversation.read_seq, conversation.unread_count = message.seq, 0


def retry(message: Message, *, by: Agent, now: datetime) -> None:
    """Send a failed message once more, with the same `random_id`."""
    conversation = conversation_of(message)
    locked(conversation)
    require_holder(conversation, by)
    plans.require_sending(now=now)
    if message.failed_at is None:
        raise NotRetryable
    message.failed_at, message.failure = None, ""
    message.not_before = message.retried_at = now
    touch(message)
    message.retried_seq = message.rev
    told.again(conversation, EventKind.MESSAGE_RETRIED, message, by=by, now=now)
    queue.nudge(message.project_id)
    announce(conversation)


def discard(message: Message, *, by: Agent, now: datetime) -> None:
    """Take a failed message out of the thread; it stays in the database as deleted."""
    conversation = conversation_of(message)
    locked(conversation)
    require_holder(conversation, by)
    if message.failed_at is None:
        raise NotRetryable
    message.deleted_at = now
    touch(message)
    told.again(conversation, EventKind.MESSAGE_DISCARDED, message, by=by, now=now)
    announce(conversation)
