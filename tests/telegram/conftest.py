"""What the tests of the Telegram side share."""

import asyncio
import warnings
from contextlib import suppress

import pyrogram  # noqa: F401 - see below
import pytest

from support.db import db
from support.models import DeadUpdate, Message
from tests.telegram import wire_free

# The library makes a loop when it is imported and never closes it: here that is an error.
with warnings.catch_warnings(), suppress(RuntimeError):
    warnings.simplefilter("ignore", DeprecationWarning)
    asyncio.get_event_loop().close()
    asyncio.set_event_loop(None)


class Shop:
    """The wallet's bot with its books, seen from outside any context."""

    def __init__(self, app, project_id):
        self.app, self.project_id = app, project_id
        self.books = wire_free.books_of(app, project_id, pts=10)
        self.telegram = wire_free.FakeTelegram()

    def ask(self, question):
        with self.app.app_context():
            return question()

    def messages(self):
        rows = db.select(Message).order_by(Message.id)
        return self.ask(lambda: list(db.session.scalars(rows)))

    def texts(self):
        return [message.text for message in self.messages()]

    def dead(self):
        return self.ask(lambda: list(db.session.scalars(db.select(DeadUpdate))))


@pytest.fixture
def shop(app, desk):
    """Close the desk's own context first: the worker has its own."""
    shop = Shop(app, desk.wallet.id)
    yield shop
    shop.books.pool.shutdown()
