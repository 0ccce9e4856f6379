"""What was answered survives the death of the server."""

import asyncio
import signal
from pathlib import Path

from pyrogram.handlers import ConnectHandler
from pyrogram.raw import functions, types

from tests.telegram.local.town import Place, until


def test_everything_acknowledged_survives_kill_9(own_place: Place, tmp_path: Path) -> None:
    place = own_place

    async def before() -> types.updates.State:
        async with place.online(tmp_path) as client:
            await client.invoke(place.message("sent", 42))
            for n in range(20):
                place.say(f"said {n}")
            place.town.call("POST", "/files", b"kept", **place.chat, kind="document")
            place.town.post("/delete", **place.chat, ids=[1])
            state = await client.invoke(functions.updates.GetState())
            place.town.stop(signal.SIGKILL)
            return state

    async def after(state: types.updates.State, messages: list) -> None:
        place.faults(deny_login=True)
        async with place.online(tmp_path) as client:
            again = await client.invoke(place.message("sent", 42))
            assert again.id == 2
            now = await client.invoke(functions.updates.GetState())
            assert (now.pts, now.qts) == (state.pts, state.qts)
            assert [message["text"] for message in messages[2:22]] == [
                f"said {n}" for n in range(20)
            ]
            assert messages[0]["deleted"]
            file = messages[-1]["media"]["file"]
            assert place.town.raw("GET", f"/files/{file}")[1] == b"kept"
            assert place.say("next") == 24

    state = asyncio.run(before())
    place.town.start()
    asyncio.run(after(state, place.messages()))
    assert place.sent() == ["sent"]


def test_a_running_client_comes_back_by_itself(own_place: Place) -> None:
    place = own_place

    connected = []

    async def note(*_who: object) -> None:
        connected.append(True)

    async def story() -> None:
        async with place.online() as client:
            client.add_handler(ConnectHandler(note))
            place.town.stop(signal.SIGKILL)
            place.town.start()
            await until(lambda: connected)
            place.say("hello again")
            await until(lambda: client.heard)
            await client.invoke(place.message("hello", 1))

    asyncio.run(story())
    assert place.sent() == ["hello"]


def test_uploaded_parts_survive_too(own_place: Place, tmp_path: Path) -> None:
    place = own_place
    part = functions.upload.SaveFilePart(file_id=5, file_part=0, bytes=b"half")

    async def upload() -> None:
        async with place.online(tmp_path) as client:
            await client.invoke(part)
            place.town.stop(signal.SIGKILL)

    async def send() -> None:
        async with place.online(tmp_path) as client:
            rest = functions.upload.SaveFilePart(file_id=5, file_part=1, bytes=b" and half")
            await client.invoke(rest)
            file = types.InputFile(id=5, parts=2, name="a", md5_checksum="")
            media = types.InputMediaUploadedDocument(
                file=file, mime_type="text/plain", attributes=[]
            )
            await client.invoke(
                functions.messages.SendMedia(
                    peer=place.peer(), media=media, message="", random_id=1
                )
            )

    asyncio.run(upload())
    place.town.start()
    asyncio.run(send())
    file = place.messages()[-1]["media"]["file"]
    assert place.town.raw("GET", f"/files/{file}")[1] == b"half and half"
