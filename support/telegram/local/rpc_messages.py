"""RPCs about messages."""

from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from support.telegram.local import bot_side, rpc_files, thread, updates
from support.telegram.local.call import Call, boolean, objects
from support.telegram.local.envelope import Frozen
from support.telegram.local.refusals import Refusal
from support.telegram.local.store import Row
from support.telegram.local.thread import Draft
from support.telegram.local.world import updates_of

MOST_MESSAGES = 200
LONGEST_ANSWER = 200


async def send_message(call: Call, query: Any) -> TLObject[Any]:
    side = bot_side.side_of(call.world, call.bot, query.peer, call.session)
    async with call.once(side, query.random_id):
        row = bot_side.earlier(call.world, side, query.random_id)
        if row is None:
            bot_side.check_may_send(call.world, side)
            draft = _draft(query)
            bot_side.check_draft(call.world, side, draft)
            row = bot_side.send(call.world, side, draft, random_id=query.random_id, now=call.now)
    return _sent(call, row)


async def send_media(call: Call, query: Any) -> TLObject[Any]:
    side = bot_side.side_of(call.world, call.bot, query.peer, call.session)
    async with call.once(side, query.random_id):
        row = bot_side.earlier(call.world, side, query.random_id)
        if row is None:
            bot_side.check_may_send(call.world, side)
            draft = _draft(query, await rpc_files.media_of(call, query.media))
            bot_side.check_draft(call.world, side, draft)
            row = bot_side.send(call.world, side, draft, random_id=query.random_id, now=call.now)
            await rpc_files.forget_upload(call, query.media)
    return _sent(call, row)


async def edit_message(call: Call, query: Any) -> TLObject[Any]:
    if query.media is not None:
        raise Refusal(400, "MEDIA_INVALID")
    side = bot_side.side_of(call.world, call.bot, query.peer, call.session)
    draft = None if query.message is None else _draft(query)
    return bot_side.edit(call.world, side, query.id, draft, markup=query.reply_markup, now=call.now)


async def delete_messages(call: Call, query: Any) -> TLObject[Any]:
    return bot_side.delete(call.world, call.bot, query.id, cause=call.session, now=call.now)


async def get_messages(call: Call, query: Any) -> TLObject[Any]:
    if len(query.id) > MOST_MESSAGES:
        raise Refusal(400, "LIMIT_INVALID")
    ids = [wanted.id for wanted in objects(query.id, 8) if isinstance(wanted, types.InputMessageID)]
    found = {one: thread.living(call.world.store, call.bot, one) for one in ids}
    rows = [row for row in found.values() if row is not None]
    messages: list[Any] = [
        Frozen(row["tl"]) if row else types.MessageEmpty(id=one) for one, row in found.items()
    ]
    users: list[Any] = [*thread.users_of(call.world.store, rows)]
    return types.messages.Messages(messages=messages, topics=[], chats=[], users=users)


async def set_typing(call: Call, query: Any) -> TLObject[Any]:
    side = bot_side.side_of(call.world, call.bot, query.peer)
    bot_side.check_not_blocked(call.world, side)
    on = not isinstance(query.action, types.SendMessageCancelAction)
    call.world.bell.set_typing(side.chat, on=on)
    return boolean(True)


async def set_bot_callback_answer(call: Call, query: Any) -> TLObject[Any]:
    if len(query.message or "") > LONGEST_ANSWER:
        raise Refusal(400, "MESSAGE_TOO_LONG")
    answer = {"text": query.message or "", "alert": bool(query.alert), "url": query.url}
    bot_side.answer_press(call.world, call.bot, query.query_id, answer)
    return boolean(True)


def _draft(query: Any, media: Any = None) -> Draft:
    return Draft(
        text=query.message,
        entities=[_entity(entity) for entity in query.entities or []],
        reply_to=_reply_to(getattr(query, "reply_to", None)),
        media=media,
        markup=query.reply_markup,
    )


def _entity(entity: Any) -> Any:
    if not isinstance(entity, types.InputMessageEntityMentionName):
        return entity
    return types.MessageEntityMentionName(
        offset=entity.offset,
        length=entity.length,
        user_id=getattr(entity.user_id, "user_id", 0),
    )


def _reply_to(reply_to: Any) -> int | None:
    if reply_to is None:
        return None
    if not isinstance(reply_to, types.InputReplyToMessage):
        raise Refusal(400, "REPLY_MESSAGE_ID_INVALID")
    return reply_to.reply_to_msg_id


def _sent(call: Call, row: Row) -> TLObject[Any]:
    """Telegram answers a text briefly, and media with the whole message."""
    message = thread.parse(row)
    if message.media is None:
        return types.UpdateShortSentMessage(
            out=True,
            id=row["id"],
            pts=row["pts"],
            pts_count=1,
            date=message.date,
            entities=message.entities,
        )
    known = types.UpdateMessageID(id=row["id"], random_id=row["random_id"])
    users = thread.users_of(call.world.store, [row])
    return updates_of(message.date, [known, updates.new_message(row)], users)


TABLE = {
    functions.messages.SendMessage: send_message,
    functions.messages.SendMedia: send_media,
    functions.messages.EditMessage: edit_message,
    functions.messages.DeleteMessages: delete_messages,
    functions.messages.GetMessages: get_messages,
    functions.messages.SetTyping: set_typing,
    functions.messages.SetBotCallbackAnswer: set_bot_callback_answer,
}
