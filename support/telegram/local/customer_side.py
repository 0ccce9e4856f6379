"""What a customer can do in his chat with a bot. The bot hears of each through a push."""

import secrets
import time
from collections.abc import Iterable
from typing import Any

from pyrogram.raw import types

from support.telegram.local import limits, people, thread, updates
from support.telegram.local.refusals import Impossible, Refusal, Unknown
from support.telegram.local.store import Row
from support.telegram.local.thread import Draft, Side
from support.telegram.local.world import Press, World, updates_of

PRESS_SECONDS = 60


def say(world: World, side: Side, draft: Draft, *, date: int) -> Row:
    """The customer writes: his first message opens the chat."""
    _check(draft)
    with world.store.transaction():
        _open_chat(world, side)
        if draft.reply_to:
            _own_chat(world, side, draft.reply_to)
        return thread.write(world, side, draft, date=date)


def announce(world: World, rows: Iterable[Row], *, date: int) -> None:
    """Tells the bot and the phone of messages that are written; call it after the commit."""
    for row in rows:
        news = [updates.new_message(row)]
        world.push(row["bot"], updates_of(date, news, thread.users_of(world.store, [row])))
        world.bell.ring((row["bot"], row["customer"]), row["rev"])


def edit(world: World, side: Side, message: int, draft: Draft, *, now: int) -> None:
    row = _own_message(world, side, message)
    parsed = thread.parse(row)
    _check(Draft(draft.text, draft.entities, media=parsed.media))
    parsed.message, parsed.entities = draft.text, [*draft.entities]
    pts = thread.change(world, row, parsed, now=now)
    row = thread.find(world.store, side.bot, message)
    news = [updates.edited(row, pts)]
    world.push(side.bot, updates_of(now, news, thread.users_of(world.store, [row])))
    world.bell.ring(side.chat)


def delete(world: World, side: Side, ids: list[int], *, now: int) -> int:
    """Deletes messages of this chat for both; gives how many there were."""
    for message in ids:
        _own_chat(world, side, message)
    rows, pts = thread.remove(world, side.bot, ids, now=now)
    if rows:
        news = [updates.deleted([row["id"] for row in rows], pts)]
        world.push(side.bot, updates_of(now, news, []))
        world.bell.ring(side.chat)
    return len(rows)


def press(world: World, side: Side, message: int, place: tuple[int, int], *, now: int) -> int:
    """Presses an inline button; gives the number of the query the bot has to answer."""
    row = _own_chat(world, side, message)
    data = _button(row, place)
    _forget_old_presses(world)
    query = secrets.randbits(62) | 1
    world.presses[query] = Press(side.bot, time.monotonic())
    pressed = types.UpdateBotCallbackQuery(
        query_id=query,
        user_id=side.customer,
        peer=types.PeerUser(user_id=side.customer),
        msg_id=message,
        chat_instance=side.customer,
        data=data,
    )
    users = thread.users_of(world.store, [row])
    world.push(side.bot, updates_of(now, [pressed], users), lasting=False)
    return query


def typing(world: World, side: Side, *, now: int) -> None:
    _not_blocked(world, side)
    typed = types.UpdateUserTyping(user_id=side.customer, action=types.SendMessageTypingAction())
    users = [people.customer_user(people.find_customer(world.store, side.customer))]
    world.push(side.bot, updates_of(now, [typed], users), lasting=False)


def block(world: World, side: Side, *, stop: bool, now: int) -> None:
    """Blocks the bot, or takes it back. Doing it twice changes nothing."""
    with world.store.transaction():
        _open_chat(world, side, check=False)
        changed = world.store.run(
            "UPDATE chats SET blocked_at = ? WHERE bot = ? AND customer = ? "
            "AND (blocked_at IS NULL) = ?",
            *(now if stop else None, side.bot, side.customer, stop),
        )
        if not changed:
            return
        row = _log_stop(world, side, stop=stop, now=now)
    users = [people.customer_user(people.find_customer(world.store, side.customer))]
    world.push(side.bot, updates_of(now, [updates.stopped(row)], users))
    world.bell.ring(side.chat)


def _log_stop(world: World, side: Side, *, stop: bool, now: int) -> Row:
    qts = world.store.only("UPDATE bots SET qts = qts + 1 WHERE id = ? RETURNING qts", side.bot)[
        "qts"
    ]
    return world.store.only(
        "INSERT INTO stops (bot, qts, customer, date, stopped) VALUES (?, ?, ?, ?, ?) RETURNING *",
        *(side.bot, qts, side.customer, now, stop),
    )


def _check(draft: Draft) -> None:
    try:
        limits.check_text(draft.text, draft.entities, caption=draft.media is not None)
    except Refusal as refusal:
        raise Impossible(f"Telegram would not take that message: {refusal.name}.") from None


def _open_chat(world: World, side: Side, *, check: bool = True) -> None:
    people.find_bot(world.store, side.bot)
    people.find_customer(world.store, side.customer)
    if check:
        _not_blocked(world, side)
    world.store.run(
        "INSERT INTO chats (bot, customer) VALUES (?, ?) ON CONFLICT DO NOTHING",
        *(side.bot, side.customer),
    )


def _not_blocked(world: World, side: Side) -> None:
    if thread.is_blocked(world.store, side):
        raise Impossible("This customer has blocked the bot; unblock it first.")


def _own_chat(world: World, side: Side, message: int) -> Row:
    row = thread.living(world.store, side.bot, message)
    if row is None or row["customer"] != side.customer:
        raise Unknown(f"There is no message {message} in this chat.")
    return row


def _own_message(world: World, side: Side, message: int) -> Row:
    row = _own_chat(world, side, message)
    if row["out"]:
        raise Impossible("A customer can edit his own messages only.")
    return row


def _button(row: Row, place: tuple[int, int]) -> bytes:
    markup: Any = thread.parse(row).reply_markup
    try:
        kind: Any = markup.rows[place[0]].buttons[place[1]].type
    except (AttributeError, IndexError):
        raise Unknown("The message has no such button.") from None
    if not isinstance(kind, types.InlineButtonTypeCallback):
        raise Impossible("That button asks the bot nothing.")
    return kind.data


def _forget_old_presses(world: World) -> None:
    oldest = time.monotonic() - PRESS_SECONDS
    for query in [query for query, press in world.presses.items() if press.at < oldest]:
        del world.presses[query]
