"""Raw messages as the desk understands them: every kind has a name, hostile words are harmless."""

import pytest
from pyrogram.raw import types

from support.telegram import formatting, parse
from tests.telegram.wire_free import ADA, message, user

USERS = {ADA: user(last_name="L", username="ada", lang_code="zh")}


def read(**others):
    return parse.incoming(message(7, **others), USERS)


def document(*attributes, **others):
    values = {"id": 1, "access_hash": 2, "file_reference": b"\1", "date": 0, "size": 9, "dc_id": 2}
    values |= {"mime_type": "text/plain", "attributes": [*attributes]} | others
    return types.MessageMediaDocument(document=types.Document(**values))


VIDEO = types.DocumentAttributeVideo(duration=1, w=640, h=480)
ROUND = types.DocumentAttributeVideo(duration=1, w=240, h=240, round_message=True)
STICKER = types.DocumentAttributeSticker(alt="", stickerset=types.InputStickerSetEmpty())
GEO = types.GeoPoint(long=1.0, lat=2.0, access_hash=3)
KINDS = {
    "voice": document(types.DocumentAttributeAudio(duration=1, voice=True)),
    "audio": document(types.DocumentAttributeAudio(duration=1)),
    "video": document(VIDEO),
    "video_note": document(ROUND),
    "animation": document(VIDEO, types.DocumentAttributeAnimated()),
    "sticker": document(STICKER),
    "document": document(types.DocumentAttributeFilename(file_name="a.txt")),
    "photo": types.MessageMediaPhoto(),
    "location": types.MessageMediaGeo(geo=GEO),
    "contact": types.MessageMediaContact(
        phone_number="1", first_name="A", last_name="B", vcard="", user_id=1
    ),
    "dice": types.MessageMediaDice(value=6, emoticon="🎲"),
    "unsupported": types.MessageMediaUnsupported(),
    "text": types.MessageMediaEmpty(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_media_has_its_name(kind):
    incoming = read(media=KINDS[kind], text="caption")
    assert (incoming.kind, incoming.text) == (kind, "caption")


def test_a_customer_is_named_as_telegram_names_him():
    person = read().person
    assert (person.first_name, person.last_name) == ("Ada", "L")
    assert (person.username, person.language) == ("ada", "zh")


def test_a_message_says_what_it_answers_and_which_album_it_is_of():
    reply = types.MessageReplyHeader(reply_to_msg_id=3)
    incoming = read(reply_to=reply, grouped_id=44)
    assert (incoming.reply_to, incoming.album) == (3, 44)


def test_a_zero_character_keeps_its_place():
    assert read(text="a\0b").text == "a\ufffdb"


def test_a_photo_is_its_largest_size():
    sizes = [
        types.PhotoSize(type="m", w=320, h=200, size=10),
        types.PhotoSizeProgressive(type="y", w=1280, h=800, sizes=[5, 50, 500]),
        types.PhotoStrippedSize(type="i", bytes=b""),
    ]
    photo = types.Photo(id=1, access_hash=2, file_reference=b"\xff", date=0, sizes=sizes, dc_id=2)
    media = read(media=types.MessageMediaPhoto(photo=photo)).media
    assert (media.width, media.height, media.size) == (1280, 800, 500)
    assert media.location == {
        "id": 1, "access_hash": 2, "reference": "ff", "dc": 2, "thumb": "y", "message": 7,
    }  # fmt: skip


def test_a_document_has_its_name_type_and_size():
    media = read(media=KINDS["document"]).media
    assert (media.file_name, media.mime, media.size) == ("a.txt", "text/plain", 9)


def test_formatting_has_the_names_of_the_bot_api():
    entities = [
        types.MessageEntityBold(offset=0, length=1),
        types.MessageEntityStrike(offset=1, length=1),
        types.MessageEntityTextUrl(offset=2, length=1, url="https://a.example"),
    ]
    rows = read(entities=entities).entities
    assert [row["type"] for row in rows] == ["bold", "strikethrough", "text_link"]
    assert rows[2]["url"] == "https://a.example"
    assert formatting.entities(rows) == entities


def test_what_is_not_a_customers_is_nobodys():
    own = message(1, out=True)
    group = types.Message(id=1, peer_id=types.PeerChat(chat_id=1), date=1, message="")
    assert parse.incoming(own, USERS) is None
    assert parse.incoming(group, USERS) is None
    assert parse.incoming(types.MessageEmpty(id=1), USERS) is None
    assert parse.incoming(message(1), {ADA: user(bot=True)}) is None
    assert parse.incoming(message(1), USERS) is not None


def test_a_service_message_is_kept_as_one():
    said = types.MessageService(
        id=1, peer_id=types.PeerUser(user_id=ADA), date=1, action=types.MessageActionPinMessage()
    )
    assert parse.incoming(said, USERS).kind == "service"
