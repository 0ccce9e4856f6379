"""What the assignee replies: rows of the outbox, made once per click."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import bindparam, select

from support import drafts, events, plans, queue, risk
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
from support.messages import care, told
from support.messages.parts import Said, Upload
from support.messages.rows import is_last
from support.models import Agent, Conversation, EventKind, Message, RiskAttempt
from support.refusals import (
    CustomerBlockedBot,
    MessageEmpty,
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
    token: str = "",
    reason: str = "",
) -> list[Message] | RiskAttempt:
    """Put the assignee's reply into the outbox and return its messages.

    Where it says what needs care, the attempt is returned instead: nothing is sent, the text is
    kept as a draft, and the same leaves with the attempt's `token`. The same `client_key` again
    returns the messages it made (a double click is one reply). Refuses anyone but the assignee,
    an empty or endless text, a quote from elsewhere, and a customer who has blocked the bot.
    What was typed meanwhile, unlike `drafted`, stays as a draft.
    """
    _sendable(text, uploads)
    seq = locked(conversation)
    if made := made_before(by, client_key):
        return made
    _require_open(conversation, reply_to, by=by, now=now)
    said = Said(text, uploads, reply_to)
    allowed = _checked(conversation, said, by=by, now=now, token=token, reason=reason)
    if allowed is not None and allowed.is_stopped:
        drafts.stopped(conversation, text, drafted, mode="reply", by=by, now=now)
        return allowed
    written = _written(conversation, said, by=by, now=now)
    care.confirmed(conversation, allowed, written, by=by, now=now, seq=seq)
    _number(written, client_key, first=_acted(conversation, allowed, by=by, now=now, seq=seq))
    told.sent(conversation, written, by=by, now=now)
    _answered(conversation, written, allowed)
    drafts.settle(conversation, text, drafted, mode="reply", by=by)
    queue.nudge(conversation.project_id)
    announce(conversation, "desk")
    return written


def _checked(
    conversation: Conversation, said: Said, *, by: Agent, now: datetime, token: str, reason: str
) -> RiskAttempt | None:
    parts, bound = said.checked(), said.bound
    return risk.check(conversation, parts, by=by, now=now, token=token, reason=reason, bound=bound)


def _require_open(
    conversation: Conversation, reply_to: int | None, *, by: Agent, now: datetime
) -> None:
    require_holder(conversation, by)
    plans.require_sending(now=now)
    if conversation.customer.blocked_at is not None:
        raise CustomerBlockedBot
    _quotable(conversation, reply_to)


def _acted(
    conversation: Conversation, allowed: RiskAttempt | None, *, by: Agent, now: datetime, seq: int
) -> int:
    """A reply accepts what was handed over and keeps the case open; return the next free number.

    Where it was `allowed` after a warning, that has taken the number.
    """
    stands = what_stands(conversation)
    accepted = stands.handed and _accepts(conversation, by=by, now=now, seq=seq)
    kept = stands.clicked and keep_open(conversation, by=by, now=now, seq=seq)
    return lock(conversation.customer_id) if accepted or kept or allowed else seq


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


def _written(conversation: Conversation, said: Said, *, by: Agent, now: datetime) -> list[Message]:
    made = [_message(conversation, part, upload, by=by, now=now) for part, upload in said.cut()]
    made[0].reply_to = said.reply_to
    return made


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
        attachment=upload.given(now=now) if upload else None,
    )


def _number(messages: list[Message], client_key: str, *, first: int) -> None:
    """Write the messages down one after the other; the number of the first is taken already."""
    for number, message in enumerate(messages):
        seq = lock(message.customer_id) if number else first
        message.seq = message.rev = seq
        message.client_key = f"{client_key}:{number}"
        db.session.add(message)
        db.session.flush()


def _answered(
    conversation: Conversation, written: list[Message], allowed: RiskAttempt | None
) -> None:
    is_last(conversation, written[-1])
    conversation.read_seq, conversation.unread_count = written[-1].seq, 0
    if allowed is not None:
        allowed.message_id = written[0].id
