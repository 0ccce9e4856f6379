"""MTProto itself: containers, zipped packets, repeats, bad ids, and clients that talk nonsense."""

import asyncio
import time

from pyrogram import Client
from pyrogram.connection.transport import TCPIntermediate
from pyrogram.crypto import mtproto
from pyrogram.raw import functions, types
from pyrogram.raw.core import FutureSalts, GzipPacked, Message, MsgContainer, TLObject
from pyrogram.session.session import Result

from tests.telegram.local.town import GUARD, Place, kinds, until

GET_STATE = functions.updates.GetState()


async def post(client: Client, message: Message) -> None:
    """Sends a message as it is, with whatever id it has."""
    session = client.session
    key = (session.salt, session.session_id, session.auth_key, session.auth_key_id)
    await session.connection.send(mtproto.pack(message, *key))


async def ask(client: Client, body: TLObject, **changed: int) -> Message:
    """A message made as kurigram makes it, whose answer can be awaited."""
    message = await client.session.msg_factory.create(body)
    for name, value in changed.items():
        setattr(message, name, value)
    client.session.results[message.msg_id] = Result()
    return message


async def answer(client: Client, message: Message) -> object:
    result = client.session.results[message.msg_id]
    await asyncio.wait_for(result.event.wait(), GUARD)
    return result.value


def test_a_container_is_answered_message_by_message(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            first = await ask(client, place.message("one", 1))
            second = await ask(client, GET_STATE)
            container = await client.session.msg_factory.create(MsgContainer([first, second]))
            await post(client, container)
            assert (await answer(client, first)).id == 2
            assert (await answer(client, second)).pts == 3

    asyncio.run(story())


def test_zipped_packets_travel_both_ways(place: Place) -> None:
    text = "a long story " * 200

    async def story() -> None:
        async with place.online() as client:
            message = await ask(client, GzipPacked(place.message(text, 1)))
            await post(client, message)
            assert (await answer(client, message)).id == 2
            place.say(text)
            (update,) = await until(lambda: client.heard)
            assert update.message.message == text
            wanted = [types.InputMessageID(id=n) for n in (1, 2, 3)]
            found = await client.invoke(functions.messages.GetMessages(id=wanted))
            assert found.messages[2].message == text

    asyncio.run(story())


def test_a_repeated_message_is_executed_once(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            edit = functions.messages.SetTyping(
                peer=place.peer(), action=types.SendMessageTypingAction()
            )
            message = await ask(client, edit)
            await post(client, message)
            first = await answer(client, message)
            await post(client, message)
            await client.invoke(GET_STATE)
            assert first is True

    asyncio.run(story())


def test_an_id_from_another_time_is_refused(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            for seconds, code in ((-400, 16), (100, 17)):
                moved = int((time.time() + seconds) * 2**32) & ~3
                message = await ask(client, GET_STATE, msg_id=moved)
                await post(client, message)
                assert (await answer(client, message)).error_code == code
            message = await ask(client, GET_STATE, msg_id=int(time.time() * 2**32) | 1)
            await post(client, message)
            assert (await answer(client, message)).error_code == 18

    asyncio.run(story())


def test_questions_about_messages_are_answered(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            seen = await ask(client, GET_STATE)
            await post(client, seen)
            await answer(client, seen)
            await client.session.send(types.MsgsStateReq(msg_ids=[seen.msg_id, 4]), False)
            (info,) = await until(lambda: kinds(client.heard, types.MsgsStateInfo))
            assert info.info == "\x04\x01"
            salts = await client.session.send(functions.GetFutureSalts(num=1))
            assert isinstance(salts, FutureSalts)
            assert salts.salts[0].salt == client.session.salt
            await client.session.send(types.MsgsAllInfo(msg_ids=[4], info="\x01"), False)
            dropped = await client.session.send(functions.RpcDropAnswer(req_msg_id=4))
            assert isinstance(dropped, types.RpcAnswerUnknown)

    asyncio.run(story())


def test_an_unread_constructor_is_an_error_and_no_end(place: Place) -> None:
    class Nonsense(TLObject):
        def write(self, *_args: object) -> bytes:
            return b"\xde\xad\xbe\xef" * 3

    async def story() -> None:
        async with place.online() as client:
            message = await ask(client, Nonsense())
            await post(client, message)
            error = await answer(client, message)
            assert (error.error_code, error.error_message) == (400, "METHOD_INVALID")
            await client.invoke(GET_STATE)

    asyncio.run(story())


def test_the_intermediate_transport_works_too(place: Place) -> None:
    async def story() -> None:
        async with place.online(protocol_factory=TCPIntermediate) as client:
            await client.invoke(place.message("intermediate", 1))

    asyncio.run(story())
    assert place.sent() == ["intermediate"]


def test_nonsense_ends_its_own_connection_only(place: Place) -> None:
    async def shout(data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", place.town.port)
        writer.write(data)
        heard = await reader.read()
        writer.close()
        return heard

    async def story() -> None:
        async with place.online() as client:
            unknown_key = b"\xef\x06" + b"\x01" * 24
            for data in (
                b"GET / HTTP/1.1\r\n\r\n",
                b"\xef\x7f\xff\xff\xff",
                b"\xef\x05" + bytes(20),
            ):
                assert await asyncio.wait_for(shout(data), GUARD) == b""
            frame = await asyncio.wait_for(shout(unknown_key), GUARD)
            assert frame == b"\x01" + (-404).to_bytes(4, "little", signed=True)
            await client.invoke(GET_STATE)

    asyncio.run(story())
