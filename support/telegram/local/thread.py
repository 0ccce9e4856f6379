"""The messages of a chat, whoever wrote them: writing, changing, removing, and their pts.

Every change is one row of the bot's update log in the transaction of the change itself; what is
pushed afterwards is only news of it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pyrogram.raw import types
from pyrogram.raw.core import TLObject

from support.telegram.local import people
from support.telegram.local.store import Row, Store
from support.telegram.local.world import World


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message says."""

    text: str = ""
    entities: Sequence[Any] = ()
    reply_to: int | None = None
    media: Any = None
    markup: Any = None


@dataclass(frozen=True, slots=True)
class Side:
    """Who speaks in which chat; `cause` is the session that needs no push of it."""

    bot: int
    customer: int
    out: bool
    cause: object = field(default=None, compare=False)

    @property
    def chat(self) -> tuple[int, int]:
        return self.bot, self.customer


def write(
    world: World, side: Side, draft: Draft, *, date: int, random_id: int | None = None
) -> Row:
    """Adds a message under the bot's next message id and pts."""
    with world.store.transaction():
        state = world.store.only(
            "UPDATE bots SET pts = pts + 1, last_message = last_message + 1 WHERE id = ? "
            "RETURNING pts, last_message",
            side.bot,
        )
        message = build(side, draft, state["last_message"], date)
        world.store.run(
            "INSERT INTO messages (bot, id, customer, out, random_id, pts, rev, tl) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(side.bot, message.id, side.customer, side.out, random_id, state["pts"]),
            *(world.bell.next_rev(), message.write()),
        )
        _log(world.store, side.bot, state["pts"], "new", [message.id])
    return find(world.store, side.bot, message.id)


def change(world: World, row: Row, message: types.Message, *, now: int) -> int:
    """Replaces what a message says and gives the new pts."""
    message.edit_date = now
    with world.store.transaction():
        pts = _advance(world.store, row["bot"], 1)
        world.store.run(
            "UPDATE messages SET tl = ?, rev = ? WHERE bot = ? AND id = ?",
            *(message.write(), world.bell.next_rev(), row["bot"], row["id"]),
        )
        _log(world.store, row["bot"], pts, "edit", [row["id"]])
    return pts


def remove(world: World, bot: int, ids: Iterable[int], *, now: int) -> tuple[list[Row], int]:
    """Deletes those messages that are still there; gives them and the pts after it."""
    with world.store.transaction():
        rows = [row for row in (living(world.store, bot, one) for one in ids) if row is not None]
        for row in rows:
            world.store.run(
                "UPDATE messages SET deleted_at = ?, rev = ? WHERE bot = ? AND id = ?",
                *(now, world.bell.next_rev(), bot, row["id"]),
            )
        pts = _advance(world.store, bot, len(rows))
        if rows:
            _log(world.store, bot, pts, "delete", [row["id"] for row in rows])
    return rows, pts


def find(store: Store, bot: int, message: int) -> Row:
    return store.only("SELECT * FROM messages WHERE bot = ? AND id = ?", bot, message)


def living(store: Store, bot: int, message: int) -> Row | None:
    """The message unless it was deleted."""
    return store.one(
        "SELECT * FROM messages WHERE bot = ? AND id = ? AND deleted_at IS NULL", bot, message
    )


def is_blocked(store: Store, side: Side) -> bool:
    chat = store.one(
        "SELECT blocked_at FROM chats WHERE bot = ? AND customer = ?", side.bot, side.customer
    )
    return chat is not None and chat["blocked_at"] is not None


def parse(row: Row) -> types.Message:
    return TLObject.read(BytesIO(row["tl"]))


def users_of(store: Store, rows: Iterable[Row]) -> list[types.User]:
    """Everybody whom these messages mention: their customers, and the bot if it wrote one."""
    rows = list(rows)
    users = [
        people.customer_user(people.find_customer(store, customer))
        for customer in sorted({row["customer"] for row in rows})
    ]
    bots = sorted({row["bot"] for row in rows if row["out"]})
    return users + [people.bot_user(people.find_bot(store, bot)) for bot in bots]


def build(side: Side, draft: Draft, number: int, date: int) -> types.Message:
    """The message that a draft becomes under its number."""
    reply = draft.reply_to and types.MessageReplyHeader(reply_to_msg_id=draft.reply_to)
    return types.Message(
        id=number,
        peer_id=types.PeerUser(user_id=side.customer),
        from_id=types.PeerUser(user_id=side.bot) if side.out else None,
        out=side.out or None,
        date=date,
        message=draft.text,
        entities=[*draft.entities],
        reply_to=reply or None,
        media=draft.media,
        reply_markup=draft.markup,
    )


def _advance(store: Store, bot: int, count: int) -> int:
    return store.only("UPDATE bots SET pts = pts + ? WHERE id = ? RETURNING pts", count, bot)["pts"]


def _log(store: Store, bot: int, pts: int, kind: str, ids: list[int]) -> None:
    store.run(
        "INSERT INTO updates (bot, pts, count, kind, ids) VALUES (?, ?, ?, ?, ?)",
        *(bot, pts, len(ids), kind, json.dumps(ids)),
    )
