"""What a bot can do in a chat, under Telegram's rules and in Telegram's words of refusal."""

import time
from collections.abc import Sequence
from typing import Any

from pyrogram.raw import types

from support.telegram.local import limits, people, thread, updates
from support.telegram.local.refusals import Refusal
from support.telegram.local.store import Row
from support.telegram.local.thread import Draft, Side
from support.telegram.local.world import World, updates_of


def side_of(world: World, bot: int, peer: Any, cause: object = None) -> Side:
    """The chat with a peer. A bot reaches only customers who have written to it."""
    if not isinstance(peer, types.InputPeerUser | types.InputUser):
        raise Refusal(400, "PEER_ID_INVALID")
    chat = world.store.one(
        "SELECT c.access_hash FROM customers c JOIN chats t ON t.customer = c.id "
        "WHERE t.bot = ? AND t.customer = ?",
        *(bot, peer.user_id),
    )
    if chat is None or peer.access_hash not in {0, chat["access_hash"]}:
        raise Refusal(400, "PEER_ID_INVALID")
    return Side(bot, peer.user_id, out=True, cause=cause)


def earlier(world: World, side: Side, random_id: int) -> Row | None:
    """The message that an earlier call with this random id made; each repeat is counted."""
    if not random_id:
        raise Refusal(400, "RANDOM_ID_EMPTY")
    return world.store.one(
        "UPDATE messages SET repeats = repeats + 1 WHERE bot = ? AND customer = ? "
        "AND random_id = ? RETURNING *",
        *(side.bot, side.customer, random_id),
    )


def check_may_send(world: World, side: Side) -> None:
    """Refuses a send to a customer who blocked the bot, or one that comes too fast."""
    check_not_blocked(world, side)
    now = time.monotonic()
    wait = world.faults.flood(side.customer, now=now)
    if wait is None and world.faults.rate_limits:
        wait = world.pace.wait(side.bot, side.customer, now=now)
    if wait:
        raise Refusal(420, f"FLOOD_WAIT_{wait}")


def check_not_blocked(world: World, side: Side) -> None:
    if thread.is_blocked(world.store, side):
        raise Refusal(403, "USER_IS_BLOCKED")


def check_draft(world: World, side: Side, draft: Draft) -> None:
    limits.check_text(draft.text, draft.entities, caption=draft.media is not None)
    _check_markup(draft.markup)
    if draft.reply_to is None:
        return
    row = thread.living(world.store, side.bot, draft.reply_to)
    if row is None or row["customer"] != side.customer:
        raise Refusal(400, "REPLY_MESSAGE_ID_INVALID")


def send(world: World, side: Side, draft: Draft, *, random_id: int, now: int) -> Row:
    """Writes a checked draft and tells the bot's other sessions and the phone."""
    row = thread.write(world, side, draft, date=now, random_id=random_id)
    news = [updates.new_message(row)]
    users = thread.users_of(world.store, [row])
    world.push(side.bot, updates_of(now, news, users), cause=side.cause)
    world.bell.set_typing(side.chat, on=False)
    world.bell.ring(side.chat, row["rev"])
    return row


def edit(
    world: World, side: Side, message: int, draft: Draft | None, *, markup: Any, now: int
) -> types.Updates:
    """Changes text and keyboard of an own message; without a draft the text stays."""
    row = _own_message(world, side, message)
    parsed = thread.parse(row)
    before = parsed.write()
    if draft is not None:
        limits.check_text(draft.text, draft.entities, caption=parsed.media is not None)
        parsed.message, parsed.entities = draft.text, [*draft.entities]
    _check_markup(markup)
    parsed.reply_markup = markup
    if parsed.write() == before:
        raise Refusal(400, "MESSAGE_NOT_MODIFIED")
    pts = thread.change(world, row, parsed, now=now)
    row = thread.find(world.store, side.bot, message)
    news = [updates.edited(row, pts)]
    answer = updates_of(now, news, thread.users_of(world.store, [row]))
    world.push(side.bot, answer, cause=side.cause)
    world.bell.ring(side.chat)
    return answer


def delete(
    world: World, bot: int, ids: Sequence[int], *, cause: object, now: int
) -> types.messages.AffectedMessages:
    rows, pts = thread.remove(world, bot, ids, now=now)
    if rows:
        news = [updates.deleted([row["id"] for row in rows], pts)]
        world.push(bot, updates_of(now, news, []), cause=cause)
    for customer in {row["customer"] for row in rows}:
        world.bell.ring((bot, customer))
    return types.messages.AffectedMessages(pts=pts, pts_count=len(rows))


def answer_press(world: World, bot: int, query: int, answer: dict[str, Any]) -> None:
    """Ends the spinner of a pressed button; the first answer stands."""
    press = world.presses.get(query)
    if press is None or press.bot != bot or press.answered.is_set():
        raise Refusal(400, "QUERY_ID_INVALID")
    press.answer = answer
    press.answered.set()


def user(world: World, bot: int, wanted: Any) -> Any:
    """Somebody the bot knows: itself, or a customer who has written to it."""
    if isinstance(wanted, types.InputUserSelf):
        return people.bot_user(people.find_bot(world.store, bot))
    if getattr(wanted, "user_id", None) == bot:
        return people.bot_user(people.find_bot(world.store, bot))
    side = side_of(world, bot, wanted)
    return people.customer_user(people.find_customer(world.store, side.customer))


def _own_message(world: World, side: Side, message: int) -> Row:
    row = thread.living(world.store, side.bot, message)
    if row is None or row["customer"] != side.customer:
        raise Refusal(400, "MESSAGE_ID_INVALID")
    if not row["out"]:
        raise Refusal(403, "MESSAGE_AUTHOR_REQUIRED")
    return row


def _check_markup(markup: Any) -> None:
    for row in getattr(markup, "rows", ()):
        for button in row.buttons:
            data = getattr(getattr(button, "type", None), "data", b"")
            if len(data) > limits.LONGEST_DATA:
                raise Refusal(400, "BUTTON_DATA_INVALID")
