"""The update log: what was missed is fetched, whole and in order."""

import asyncio
from pathlib import Path

from pyrogram import Client
from pyrogram.handlers import MessageHandler
from pyrogram.raw import functions, types
from pyrogram.types import Message

from tests.telegram.local.town import Place, kinds, until


async def state(client: Client) -> types.updates.State:
    return await client.invoke(functions.updates.GetState())


async def difference(client: Client, pts: int, qts: int = 0) -> object:
    return await client.invoke(functions.updates.GetDifference(pts=pts, date=1, qts=qts))


def test_three_hundred_missed_messages_come_in_slices(place: Place) -> None:
    texts = [f"missed {n}" for n in range(300)]
    messages = [{**place.chat, "text": text} for text in texts]

    async def story() -> None:
        async with place.online() as client:
            pts = (await state(client)).pts
            place.town.call("POST", "/messages/batch", messages)
            got, slices = [], 0
            while isinstance(part := await difference(client, pts), types.updates.DifferenceSlice):
                slices += 1
                pts = part.intermediate_state.pts
                got += part.new_messages
            got += part.new_messages
            assert slices >= 2
            assert [message.message for message in got] == texts
            assert part.state.pts == (await state(client)).pts
            assert [user.id for user in part.users] == [place.customer]
            last = await difference(client, part.state.pts)
            assert isinstance(last, types.updates.DifferenceEmpty)

    asyncio.run(story())


def test_a_stock_client_handles_what_came_while_it_was_away(place: Place, tmp_path: Path) -> None:
    texts = [f"missed {n}" for n in range(250)]
    handled = []

    async def note(_client: Client, message: Message) -> None:
        handled.append(message.text)

    async def story() -> None:
        await _visit(place, tmp_path)
        place.town.call("POST", "/messages/batch", [{**place.chat, "text": t} for t in texts])
        client = place.client(tmp_path, skip_updates=False, workers=1)
        client.add_handler(MessageHandler(note))
        async with client:
            place.say("live")
            await until(lambda: "live" in handled)
            await until(lambda: len(handled) == 251)

    asyncio.run(story())
    assert [text for text in handled if text != "live"] == texts


async def _visit(place: Place, folder: Path) -> None:
    async with place.client(folder, skip_updates=False):
        pass


def test_the_difference_tells_edits_deletions_and_own_messages(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            pts = (await state(client)).pts
            place.say("to be edited")
            gone = place.say("to be deleted")
            place.town.post("/edit", **place.chat, id=2, text="edited")
            place.town.post("/delete", **place.chat, ids=[gone])
            sent = await client.invoke(place.message("mine", 11))
            part = await difference(client, pts)
            assert [message.message for message in part.new_messages] == ["edited", "mine"]
            (edit,) = kinds(part.other_updates, types.UpdateEditMessage)
            (deletion,) = kinds(part.other_updates, types.UpdateDeleteMessages)
            (known,) = kinds(part.other_updates, types.UpdateMessageID)
            assert (edit.message.id, deletion.messages) == (2, [gone])
            assert (known.id, known.random_id) == (sent.id, 11)
            assert part.state.pts == pts + 5

    asyncio.run(story())


def test_a_block_is_told_by_its_own_counter(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            before = await state(client)
            place.town.post("/block", **place.chat)
            part = await difference(client, before.pts, before.qts)
            (stop,) = part.other_updates
            assert (stop.qts, part.state.qts) == (before.qts + 1, before.qts + 1)
            rest = await difference(client, before.pts, part.state.qts)
            assert isinstance(rest, types.updates.DifferenceEmpty)

    asyncio.run(story())


def test_a_difference_can_be_too_long(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.faults(too_long={"bot": place.bot})
            place.say("one of very many")
            part = await difference(client, 1)
            assert isinstance(part, types.updates.DifferenceTooLong)
            assert part.pts == (await state(client)).pts
            wanted = [types.InputMessageID(id=n) for n in range(1, 4)]
            found = await client.invoke(functions.messages.GetMessages(id=wanted))
            assert [type(message).__name__ for message in found.messages] == [
                "Message",
                "Message",
                "MessageEmpty",
            ]
            assert isinstance(await difference(client, 1), types.updates.Difference)

    asyncio.run(story())


def test_a_state_of_another_server_is_replaced(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            part = await difference(client, 1_000_000)
            assert part.pts == (await state(client)).pts

    asyncio.run(story())


def test_a_lost_push_is_found_by_its_gap(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            pts = (await state(client)).pts
            place.faults(lose_push={"bot": place.bot})
            place.say("lost")
            place.say("heard")
            (update,) = await until(lambda: client.heard)
            assert update.pts - update.pts_count == pts + 1
            part = await difference(client, pts)
            assert [message.message for message in part.new_messages] == ["lost", "heard"]

    asyncio.run(story())


def test_the_client_is_told_that_there_is_too_much(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.faults(updates_too_long={"bot": place.bot})
            (update,) = await until(lambda: client.heard)
            assert isinstance(update, types.UpdatesTooLong)

    asyncio.run(story())
