"""Messages both ways: text, formatting, replies, edits, deletions, buttons, and the refusals."""

import asyncio

import pytest
from pyrogram import raw
from pyrogram.errors import (
    BadRequest,
    EntityBoundsInvalid,
    MessageEmpty,
    MessageNotModified,
    MessageTooLong,
    PeerIdInvalid,
    ReplyMessageIdInvalid,
    RPCError,
)
from pyrogram.raw import functions, types
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.telegram.local.town import Place, kinds, until

BOLD = {"type": "bold", "offset": 3, "length": 4}


def test_a_customer_writes_and_the_bot_hears(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            number = place.say("😀 bold", entities=[BOLD], reply_to=1)
            (update,) = await until(lambda: client.heard)
            message = update.message
            assert (message.id, message.message, message.out) == (number, "😀 bold", False)
            assert message.peer_id.user_id == place.customer
            assert message.entities == [types.MessageEntityBold(offset=3, length=4)]
            assert message.reply_to.reply_to_msg_id == 1

    asyncio.run(story())


def test_the_bot_replies_and_the_customer_reads(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            await client.send_message(place.customer, "😀 **bold**")
            sent = await client.invoke(
                place.message("again", 7, reply_to=types.InputReplyToMessage(reply_to_msg_id=1))
            )
            assert sent.out

    asyncio.run(story())
    _start, first, second = place.messages()
    assert first["entities"] == [BOLD]
    assert (first["from"], first["text"]) == ("bot", "😀 bold")
    assert second["reply_to"] == 1


def test_message_ids_are_one_sequence_over_all_chats(place: Place) -> None:
    other = place.town.post("/customers", first_name="Bob")["id"]
    ids = [
        place.town.post("/messages", bot=place.bot, customer=customer, text="x")["id"]
        for customer in (other, place.customer, other)
    ]
    assert ids == [2, 3, 4]


def test_a_random_id_makes_one_message_per_peer(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            answers = [await client.invoke(place.message("once", 99)) for _ in range(3)]
            assert len({(answer.id, answer.pts) for answer in answers}) == 1
            assert (await client.invoke(place.message("other", 100))).id == answers[0].id + 1

    asyncio.run(story())
    assert place.sent() == ["once", "other"]
    assert place.ledger()["repeats"] == 2


def test_own_messages_are_pushed_to_the_other_session_only(place: Place) -> None:
    async def story() -> None:
        async with place.online() as sender, place.online() as other:
            await sender.invoke(place.message("mine", 5))
            (update,) = await until(lambda: other.heard)
            assert update.message.out
            assert not sender.heard

    asyncio.run(story())


def test_both_sides_edit_their_own_messages(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            sent = await client.send_message(place.customer, "one")
            await client.edit_message_text(place.customer, sent.id, "two")
            with pytest.raises(MessageNotModified):
                await client.edit_message_text(place.customer, sent.id, "two")
            with pytest.raises(RPCError, match="MESSAGE_AUTHOR_REQUIRED"):
                await client.edit_message_text(place.customer, 1, "not mine")
            place.town.post("/edit", **place.chat, id=1, text="hello")
            (edit,) = await until(lambda: kinds(client.heard, types.UpdateEditMessage))
            assert edit.message.message == "hello"
            assert edit.message.edit_date

    asyncio.run(story())
    assert [message["text"] for message in place.messages()] == ["hello", "two"]
    assert all(message["edited"] for message in place.messages())


def test_both_sides_delete(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            sent = await client.send_message(place.customer, "gone soon")
            state = await client.invoke(functions.updates.GetState())
            answer = await client.invoke(functions.messages.DeleteMessages(id=[sent.id, 1000]))
            assert (answer.pts, answer.pts_count) == (state.pts + 1, 1)
            place.town.post("/delete", **place.chat, ids=[1])
            (deletion,) = await until(lambda: client.heard)
            assert (deletion.messages, deletion.pts) == ([1], state.pts + 2)
            found = await client.invoke(
                functions.messages.GetMessages(id=[types.InputMessageID(id=1)])
            )
            assert isinstance(found.messages[0], types.MessageEmpty)

    asyncio.run(story())
    assert all(message["deleted"] for message in place.messages())


def test_a_button_is_pressed_and_answered(place: Place) -> None:
    keys = [InlineKeyboardButton(text=str(n), callback_data=f"csat:{n}") for n in range(1, 6)]
    link = [InlineKeyboardButton(text="site", url="https://example.org/")]

    async def story() -> None:
        async with place.online() as client:
            markup = InlineKeyboardMarkup([keys, link])
            sent = await client.send_message(place.customer, "How was it?", reply_markup=markup)
            given = {**place.chat, "id": sent.id, "button": [0, 4], "wait": 5}
            pressing = asyncio.to_thread(place.town.post, "/press", **given)
            task = asyncio.create_task(pressing)
            (query,) = await until(lambda: client.heard)
            assert (query.data, query.user_id, query.msg_id) == (
                b"csat:5",
                place.customer,
                sent.id,
            )
            await client.answer_callback_query(query.query_id, "Thank you", show_alert=True)
            assert (await task)["answer"] == {"text": "Thank you", "alert": True, "url": None}
            with pytest.raises(BadRequest, match="QUERY_ID_INVALID"):
                await client.answer_callback_query(query.query_id)
            await client.edit_message_reply_markup(place.customer, sent.id)

    asyncio.run(story())
    assert place.messages()[1]["buttons"] == []


def test_the_phone_sees_the_keyboard(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            rows = [[InlineKeyboardButton(text="5", callback_data="csat:5")]]
            rows.append([InlineKeyboardButton(text="site", url="https://example.org/")])
            await client.send_message(
                place.customer, "Well?", reply_markup=InlineKeyboardMarkup(rows)
            )

    asyncio.run(story())
    assert place.messages()[1]["buttons"] == [
        [{"text": "5", "data": "csat:5"}],
        [{"text": "site", "url": "https://example.org/"}],
    ]


def test_typing_is_seen_both_ways(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.town.post("/typing", **place.chat)
            (typed,) = await until(lambda: client.heard)
            assert isinstance(typed, types.UpdateUserTyping)
            action = types.SendMessageTypingAction()
            await client.invoke(functions.messages.SetTyping(peer=place.peer(), action=action))
            assert place.town.get("/chat", **place.chat)["typing_bot"] is True
            await client.send_message(place.customer, "there")
            assert place.town.get("/chat", **place.chat)["typing_bot"] is False

    asyncio.run(story())


def test_a_customer_who_blocks_the_bot_cannot_be_reached(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.town.post("/block", **place.chat)
            (stop,) = await until(lambda: client.heard)
            assert (stop.user_id, stop.stopped, stop.qts) == (place.customer, True, 1)
            with pytest.raises(RPCError, match="USER_IS_BLOCKED"):
                await client.invoke(place.message("hello?", 3))
            place.town.post("/unblock", **place.chat)
            await client.invoke(place.message("hello again", 4))

    asyncio.run(story())
    assert place.sent() == ["hello again"]


def test_a_bot_cannot_write_first(place: Place) -> None:
    stranger = place.town.post("/customers", first_name="Eve")["id"]
    place.customer = stranger

    async def story() -> None:
        async with place.online() as client:
            with pytest.raises(PeerIdInvalid):
                await client.invoke(place.message("buy!", 1))
            place.say("who are you?")
            await client.invoke(place.message("a bot", 2))

    asyncio.run(story())


REFUSED = [
    ("x" * 4097, {}, MessageTooLong),
    ("😀" * 2049, {}, MessageTooLong),
    ("  ", {}, MessageEmpty),
    ("x", {"entities": [types.MessageEntityBold(offset=0, length=2)]}, EntityBoundsInvalid),
    ("x", {"reply_to": types.InputReplyToMessage(reply_to_msg_id=9)}, ReplyMessageIdInvalid),
]


def test_what_telegram_refuses_is_refused(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            for text, more, error in REFUSED:
                with pytest.raises(error):
                    await client.invoke(place.message(text, 1, **more))
            await client.invoke(place.message("😀" * 2048, 1))

    asyncio.run(story())
    assert place.sent() == ["😀" * 2048]


def test_commands_are_kept_per_scope(place: Place) -> None:
    scope = raw.types.BotCommandScopeDefault()
    command = raw.types.BotCommand(command="help", description="Help")

    async def story() -> None:
        async with place.online() as client:
            given = {"scope": scope, "lang_code": ""}
            set_them = functions.bots.SetBotCommands(commands=[command], **given)
            assert await client.invoke(set_them) is True
            (kept,) = await client.invoke(functions.bots.GetBotCommands(**given))
            assert (kept.command, kept.description) == ("help", "Help")
            await client.invoke(functions.bots.ResetBotCommands(**given))
            assert list(await client.invoke(functions.bots.GetBotCommands(**given))) == []

    asyncio.run(story())


def test_people_are_known_by_their_ids(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            ada = await client.get_users(place.customer)
            assert (ada.first_name, ada.username, ada.language_code) == ("Ada", "ada", "en")
            assert ada.phone_number is None
            unknown = types.InputUser(user_id=1, access_hash=0)
            wanted = [unknown, types.InputUserSelf()]
            nobody, itself = await client.invoke(functions.users.GetUsers(id=wanted))
            assert isinstance(nobody, types.UserEmpty)
            assert itself.id == place.bot
            (itself,) = await client.invoke(functions.users.GetUsers(id=[types.InputUserSelf()]))
            assert itself.is_self

    asyncio.run(story())
