"""A Telegram of twenty lines for tests that need no wire, and raw updates by the handful."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from support.db import db
from support.models import BotState
from support.telegram.books import Books

ADA = 5_550_001
DATE = 1_795_000_000


class FakeTelegram:
    """Answers calls as scripted: a value, an exception, or a function of the query."""

    def __init__(self):
        self.asked = []
        self.script = {}
        self.state = types.updates.State(pts=10, qts=0, date=DATE, seq=0, unread_count=0)

    def on(self, kind, *answers):
        self.script[kind] = list(answers)

    async def call(self, query, *, seconds=0):
        self.asked.append(query)
        answers = self.script.get(type(query)) or [self.otherwise(query)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer = answer if isinstance(answer, TLObject | Exception) else answer(query)
        if isinstance(answer, Exception):
            raise answer
        self.remember(answer)
        return answer

    def remember(self, answer):
        """Never be behind what was answered."""
        reached = getattr(answer, "state", None) or getattr(answer, "intermediate_state", answer)
        self.state.pts = max(self.state.pts, getattr(reached, "pts", 0))

    def otherwise(self, query):
        if isinstance(query, functions.updates.GetState):
            return self.state
        if isinstance(query, functions.updates.GetDifference):
            return types.updates.DifferenceEmpty(date=DATE, seq=0)
        raise AssertionError(query)

    def of(self, kind):
        return [query for query in self.asked if isinstance(query, kind)]


def user(number=ADA, **others):
    return types.User(**{"id": number, "first_name": "Ada", "access_hash": 77} | others)


def message(number, text="hello", *, sender=ADA, date=DATE, **others):
    peer = types.PeerUser(user_id=sender)
    return types.Message(id=number, peer_id=peer, date=date, message=text, **others)


def new(number, pts, text="hello", **others):
    return types.UpdateNewMessage(message=message(number, text, **others), pts=pts, pts_count=1)


def edit(number, pts, text, **others):
    said = message(number, text, **{"edit_date": DATE + 60} | others)
    return types.UpdateEditMessage(message=said, pts=pts, pts_count=1)


def packet(*updates, users=None):
    users = [user()] if users is None else users
    return types.Updates(updates=[*updates], users=users, chats=[], date=DATE, seq=0)


def difference(*messages, pts, others=(), qts=0, kind=types.updates.Difference, users=None):
    reached = types.updates.State(pts=pts, qts=qts, date=DATE, seq=0, unread_count=0)
    name = "intermediate_state" if kind is types.updates.DifferenceSlice else "state"
    return kind(
        new_messages=[*messages],
        new_encrypted_messages=[],
        other_updates=[*others],
        chats=[],
        users=[user()] if users is None else users,
        **{name: reached},
    )


@asynccontextmanager
async def running(*parts):
    """Run what never ends for as long as the block."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds, *, tasks=(), seconds=40.0):
    """Wait until this is true, or raise what ended one of these tasks."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)
            for task in tasks:
                if task.done():
                    task.result()


def books_of(app, project_id, *, fence=0, pts=0):
    """Give the books of a bot whose rows end at `pts`."""
    with app.app_context():
        row = db.session.get_one(BotState, project_id)
        row.pts, row.date, row.fence = pts, DATE if pts else 0, fence
        db.session.commit()
    return Books(app, ThreadPoolExecutor(1), project_id, fence)
