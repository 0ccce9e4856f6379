"""What becomes of a letter's row: a customer's message, or one to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from support import customers, messages, notices, risk
from support.db import db, utcnow
from support.models import Customer, Message, Project, StaffMessage
from support.telegram import verdicts
from support.telegram.outbox import Letter

Entry = Callable[[Project], None]
Row = Message | StaffMessage


def held(letter: Letter, until: datetime) -> Entry:
    """Telegram asked to wait."""

    def write(row: Row) -> None:
        if isinstance(row, StaffMessage):
            notices.held(row, until=until)
        else:
            messages.held(row, until=until)

    return _settled(letter, write)


def failed(letter: Letter, reason: str, *, blocked: bool) -> Entry:
    """Telegram will never take it, for a reason of which we have the sentence."""

    def write(row: Row) -> None:
        if isinstance(row, StaffMessage):
            notices.failed(row, reason, now=utcnow())
            return
        messages.failed(row, reason, now=utcnow())
        if blocked:
            customers.blocked(db.session.get_one(Customer, row.customer_id), now=utcnow())

    return _settled(letter, write)


def stopped(letter: Letter) -> Entry:
    """It does not leave: to a colleague it is nobody's loss, to a customer it needs care."""

    def write(row: Row) -> None:
        if isinstance(row, StaffMessage):
            return
        met, now = risk.unfit(row), utcnow()
        if met is not None:
            risk.caught(row, met, now=now)
            messages.failed(row, verdicts.NEEDS_CARE, now=now)

    return _settled(letter, write)


def accepted_unseen(letter: Letter) -> Entry:
    """Telegram says that it has the letter, without telling its number."""

    def write(row: Row) -> None:
        now = utcnow()
        if isinstance(row, StaffMessage):
            notices.accepted(row, now=now)
        else:
            messages.accepted(row, telegram_id=None, at=now, now=now)

    return _settled(letter, write)


def _settled(letter: Letter, deed: Callable[[Row], None]) -> Entry:
    """Do something to the letter's row, if it still waits."""

    def write(_project: Project) -> None:
        row: Row = db.session.get_one(StaffMessage if letter.is_staff else Message, letter.id)
        if row.sent_at is None and row.failed_at is None:
            deed(row)

    return write
