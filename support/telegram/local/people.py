"""Bots, their tokens and commands, and the customers who write to them."""

import re
import secrets

from pyrogram.raw import types

from support.telegram.local.refusals import Impossible, Unknown
from support.telegram.local.store import Row, Store

FIRST_BOT = 7_000_000_001
FIRST_CUSTOMER = 5_000_000_001
TOKEN = re.compile(r"(\d{1,15}):[A-Za-z0-9_-]{10,64}")


def create_bot(store: Store, *, username: str, name: str, token: str | None = None) -> Row:
    """Makes a bot, or gives the one that already has this username and token."""
    existing = store.one("SELECT * FROM bots WHERE username = ?", username)
    if existing is not None:
        if token in {None, existing["token"]}:
            return existing
        raise Impossible(f"The username {username} belongs to another bot.")
    token = token or f"{_next(store, 'bots', FIRST_BOT)}:{secrets.token_urlsafe(26)}"
    return _insert_bot(store, username, name, token)


def _insert_bot(store: Store, username: str, name: str, token: str) -> Row:
    shape = TOKEN.fullmatch(token)
    if shape is None:
        raise Impossible("A token is the bot's number, a colon and its secret.")
    bot = int(shape[1])
    if store.one("SELECT 1 FROM bots WHERE id = ?", bot):
        raise Impossible(f"The number {bot} belongs to another bot.")
    store.run(
        "INSERT INTO bots (id, username, name, token, access_hash) VALUES (?, ?, ?, ?, ?)",
        *(bot, username, name, token, access_hash()),
    )
    return find_bot(store, bot)


def create_customer(store: Store, *, id: int | None = None, **names: str | None) -> Row:  # noqa: A002
    """Makes a customer with the names given; the same id again changes his names."""
    customer = id or _next(store, "customers", FIRST_CUSTOMER)
    store.run(
        "INSERT INTO customers (id, access_hash, first_name, last_name, username, language_code, "
        "phone) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "first_name = excluded.first_name, last_name = excluded.last_name, "
        "username = excluded.username, language_code = excluded.language_code, "
        "phone = excluded.phone",
        *(customer, access_hash()),
        *(names.get(key) for key in ("first_name", "last_name", "username", "language_code")),
        names.get("phone"),
    )
    return find_customer(store, customer)


def find_bot(store: Store, bot: int) -> Row:
    row = store.one("SELECT * FROM bots WHERE id = ?", bot)
    if row is None:
        raise Unknown(f"There is no bot {bot}.")
    return row


def find_customer(store: Store, customer: int) -> Row:
    row = store.one("SELECT * FROM customers WHERE id = ?", customer)
    if row is None:
        raise Unknown(f"There is no customer {customer}.")
    return row


def bot_of_token(store: Store, token: str) -> Row | None:
    return store.one("SELECT * FROM bots WHERE token = ?", token)


def bot_user(row: Row, *, itself: bool = True) -> types.User:
    return types.User(
        id=row["id"],
        is_self=itself or None,
        bot=True,
        bot_info_version=1,
        access_hash=row["access_hash"],
        first_name=row["name"],
        username=row["username"],
    )


def customer_user(row: Row) -> types.User:
    """A customer as bots see him: without his phone number, which he has to share himself."""
    return types.User(
        id=row["id"],
        access_hash=row["access_hash"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        username=row["username"],
        lang_code=row["language_code"],
    )


def access_hash() -> int:
    return secrets.randbits(63) | 1


def _next(store: Store, table: str, first: int) -> int:
    last = store.only(f"SELECT max(id) AS id FROM {table}")["id"]  # noqa: S608
    return max(first, (last or 0) + 1)
