"""Photos and documents, up and down, byte for byte."""

import asyncio
import io
import random
import struct
import zlib

import pytest
from pyrogram import Client
from pyrogram.errors import BadRequest, FileIdInvalid, FilePartMissing, MediaCaptionTooLong
from pyrogram.raw import functions
from pyrogram.raw import types as raw

from tests.telegram.local.town import Place, until


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def named(data: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


async def downloaded(client: Client, message: raw.Message) -> bytes:
    message = await client.get_messages(message.peer_id.user_id, message.id)
    return (await client.download_media(message, in_memory=True)).getvalue()


def test_a_photo_from_the_customer_is_downloaded_by_the_bot(place: Place) -> None:
    data = picture(320, 200)

    async def story() -> None:
        async with place.online() as client:
            place.town.call("POST", "/files", data, **place.chat, kind="photo", caption="Receipt")
            (update,) = await until(lambda: client.heard)
            (size,) = update.message.media.photo.sizes
            assert (size.w, size.h, size.size) == (320, 200, len(data))
            assert update.message.message == "Receipt"
            assert await downloaded(client, update.message) == data

    asyncio.run(story())


def test_a_photo_from_the_bot_reaches_the_phone(place: Place) -> None:
    data = picture(64, 48)

    async def story() -> None:
        async with place.online() as client:
            sent = await client.send_photo(place.customer, named(data, "a.png"), caption="**Look**")
            assert (sent.photo.width, sent.photo.height) == (64, 48)

    asyncio.run(story())
    last = place.messages()[-1]
    assert (last["text"], last["media"]["kind"]) == ("Look", "photo")
    assert place.town.raw("GET", f"/files/{last['media']['file']}")[1] == data


@pytest.mark.parametrize("size", [1, 3_000_001, 12 * 1024 * 1024])
def test_a_document_travels_both_ways_unharmed(place: Place, size: int) -> None:
    data = random.Random(size).randbytes(size)

    async def story() -> None:
        async with place.online() as client:
            await client.send_document(place.customer, named(data, "Договор №1.pdf"))
            description = place.messages()[-1]["media"]
            assert description["file_name"] == "Договор №1.pdf"
            assert description["size"] == size
            assert place.town.raw("GET", f"/files/{description['file']}")[1] == data
            more = {"kind": "document", "file_name": "back.bin", "mime": "application/x-test"}
            place.town.call("POST", "/files", data, **place.chat, **more)
            (update,) = await until(lambda: client.heard)
            assert update.message.media.document.mime_type == "application/x-test"
            assert await downloaded(client, update.message) == data

    asyncio.run(story())


def test_a_file_is_sent_again_by_its_id(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            sent = await client.send_document(place.customer, named(b"hello", "a.txt"))
            again = await client.send_document(place.customer, sent.document.file_id)
            assert again.document.file_name == "a.txt"
            assert (await client.download_media(again, in_memory=True)).getvalue() == b"hello"

    asyncio.run(story())


def test_a_repeated_media_message_needs_no_parts(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            file = await client.save_file(named(b"once", "a.txt"))
            media = raw.InputMediaUploadedDocument(file=file, mime_type="text/plain", attributes=[])
            send = functions.messages.SendMedia(
                peer=place.peer(), media=media, message="", random_id=5
            )
            first, second = [await client.invoke(send) for _ in range(2)]
            assert first.updates[0].id == second.updates[0].id

    asyncio.run(story())
    assert len(place.sent()) == 1


def test_uploads_are_checked(place: Place) -> None:
    async def send(client: Client, kind: type, caption: str = "", **more: object) -> None:
        given = {"id": 77, "parts": 1, "name": "a.txt", "md5_checksum": "", **more}
        media = kind(file=raw.InputFile(**given), **DOCUMENT if kind is UPLOAD else {})
        await client.invoke(
            functions.messages.SendMedia(
                peer=place.peer(), media=media, message=caption, random_id=1
            )
        )

    async def story() -> None:
        async with place.online() as client:
            with pytest.raises(FilePartMissing):
                await send(client, UPLOAD)
            part = functions.upload.SaveFilePart(file_id=77, file_part=0, bytes=b"no picture")
            await client.invoke(part)
            with pytest.raises(BadRequest, match="IMAGE_PROCESS_FAILED"):
                await send(client, raw.InputMediaUploadedPhoto)
            with pytest.raises(BadRequest, match="MD5_CHECKSUM_INVALID"):
                await send(client, UPLOAD, md5_checksum="0" * 32)
            with pytest.raises(MediaCaptionTooLong):
                await send(client, UPLOAD, "x" * 1025)
            await send(client, UPLOAD, "x" * 1024)
            location = raw.InputDocumentFileLocation(
                id=1, access_hash=1, file_reference=b"", thumb_size=""
            )
            get = functions.upload.GetFile(location=location, offset=0, limit=4096)
            with pytest.raises(FileIdInvalid):
                await client.invoke(get)

    asyncio.run(story())


UPLOAD = raw.InputMediaUploadedDocument
DOCUMENT = {"mime_type": "text/plain", "attributes": []}


MEDIA = {
    "location": {"latitude": 41.3, "longitude": 69.2},
    "venue": {"latitude": 41.3, "longitude": 69.2, "title": "Office"},
    "contact": {"phone": "+998", "first_name": "Ada"},
    "dice": {"value": 6},
    "sticker": {"emoji": "👍"},
    "voice": {"duration": 3},
    "audio": {},
    "video": {},
    "video_note": {},
    "animation": {},
}


def test_every_kind_of_media_is_read_by_the_client(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            for kind, more in MEDIA.items():
                number = place.town.post("/media", **place.chat, kind=kind, **more)["id"]
                message = await client.get_messages(place.customer, number)
                assert message.media.name.lower() == kind

    asyncio.run(story())
    shown = [message["media"]["kind"] for message in place.messages()[1:]]
    assert shown == ["geo", *list(MEDIA)[1:]]
    assert place.messages()[1]["media"]["latitude"] == 41.3
