"""What a page writes down before it is drawn: who asks from where, and who looked.

A GET takes no lock. What it has to write down is written in a short transaction of its own,
after the one in which it has read so far; if that cannot be, nothing is shown.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from support import access, viewing
from support.db import commit, db, is_reading, utcnow, writing
from support.events import asking
from support.models import Conversation
from support.refusals import ViewUnrecorded


def init(app: Flask) -> None:
    """Tell every deed from which address it was asked for."""
    app.before_request(come)
    app.teardown_request(gone)


def come() -> None:
    """Note the address of this request; what is none is not kept."""
    asking.set(address(request.remote_addr or ""))


def gone(_error: BaseException | None) -> None:
    """Forget the address: this thread serves others too."""
    asking.set("")


def address(told: str) -> str:
    """Return an address in its one spelling; empty for what proxies make up."""
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return ""


def seen(conversation: Conversation) -> None:
    """Write down that somebody else's conversation is looked at; its holder's look is free.

    Who deeds something is not asked: the deed has its own Event, and the answer comes here.
    """
    agent, now = access.me(), utcnow()
    if conversation.assignee_id == agent.id or not is_reading():
        return
    if viewing.lately(conversation, by=agent, now=now):
        return
    door = request.endpoint or ""
    written(lambda: viewing.look_at(conversation, by=agent, door=door, now=now))


def written(deed: Callable[[], object]) -> None:
    """Do and commit this, or refuse the page; what was read so far stays as it was read."""
    try:
        commit()
        with writing():
            deed()
            commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        raise ViewUnrecorded from error
