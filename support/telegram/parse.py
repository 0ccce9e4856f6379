"""A raw message as the desk understands it. Nothing is dropped: an unknown kind has a name too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pyrogram.raw import types

from support.messages import Incoming, Media, Person
from support.telegram import formatting

# Kinds of media that are no file.
PLAIN = {
    types.MessageMediaWebPage: "text",
    types.MessageMediaEmpty: "text",
    types.MessageMediaPhoto: "photo",
    types.MessageMediaDocument: "document",
    types.MessageMediaGeo: "location",
    types.MessageMediaGeoLive: "location",
}


def incoming(message: Any, users: Mapping[int, Any]) -> Incoming | None:
    """Read a customer's message; None for our own, for another bot's and for a group's."""
    sender = customer_id(message)
    if sender is None or is_bot(users.get(sender)):
        return None
    media = getattr(message, "media", None)
    return Incoming(
        person=person(users.get(sender)) or Person(sender),
        telegram_id=message.id,
        at=instant(message.date),
        text=clean(getattr(message, "message", "")),
        kind=kind_of(message),
        entities=formatting.rows(getattr(message, "entities", None)),
        reply_to=getattr(message.reply_to, "reply_to_msg_id", None),
        album=getattr(message, "grouped_id", None),
        media=file_of(media, message.id),
        source=message.write(),
    )


def customer_id(message: Any) -> int | None:
    """Return who wrote a private message to the bot, or None."""
    if not isinstance(message, types.Message | types.MessageService) or message.out:
        return None
    peer = message.peer_id
    return peer.user_id if isinstance(peer, types.PeerUser) else None


def is_bot(user: Any) -> bool:
    """Whether a user is known to be a program."""
    return bool(getattr(user, "bot", None))


def person(user: Any) -> Person | None:
    """Read a user, or None if this is none with a name."""
    if not isinstance(user, types.User):
        return None
    return Person(
        telegram_id=user.id,
        first_name=clean(user.first_name),
        last_name=clean(user.last_name),
        username=clean(user.username or _first_username(user)),
        language=clean(user.lang_code),
    )


def _first_username(user: types.User) -> str:
    return next((name.username for name in user.usernames or () if name.active), "")


def instant(seconds: int) -> datetime:
    """Read Telegram's dates."""
    return datetime.fromtimestamp(seconds, UTC)


def clean(text: str | None) -> str:
    """Replace the one character that a database refuses; its place stays taken."""
    return (text or "").replace("\0", "\ufffd")


def kind_of(message: Any) -> str:
    """Name what a message is: `text`, a kind of file, or what stands there instead."""
    if isinstance(message, types.MessageService):
        return "service"
    media = message.media
    if media is None:
        return "text"
    if isinstance(media, types.MessageMediaDocument) and isinstance(media.document, types.Document):
        return document_kind(media.document)
    named = formatting.snake(type(media).__name__.removeprefix("MessageMedia"))
    return PLAIN.get(type(media), named)[:32]


def document_kind(document: types.Document) -> str:
    """Tell stickers, voice messages, films and the like from plain files."""
    found: dict[type, Any] = {type(attribute): attribute for attribute in document.attributes}
    if types.DocumentAttributeSticker in found:
        return "sticker"
    if types.DocumentAttributeAnimated in found:
        return "animation"
    if audio := found.get(types.DocumentAttributeAudio):
        return "voice" if audio.voice else "audio"
    if film := found.get(types.DocumentAttributeVideo):
        return "video_note" if film.round_message else "video"
    return "document"


def file_of(media: Any, message_id: int) -> Media | None:
    """Describe the file of a message and where it lies."""
    if isinstance(media, types.MessageMediaPhoto) and isinstance(media.photo, types.Photo):
        return _photo(media.photo, message_id)
    if isinstance(media, types.MessageMediaDocument) and isinstance(media.document, types.Document):
        return _document(media.document, message_id)
    return None


def _photo(photo: types.Photo, message_id: int) -> Media | None:
    sizes: list[Any] = [size for size in photo.sizes if hasattr(size, "w")]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: size.w * size.h)
    return Media(
        kind="photo",
        file_name="",
        mime="image/jpeg",
        size=_weight(largest),
        width=largest.w,
        height=largest.h,
        location=_location(photo, message_id, thumb=largest.type),
    )


def _weight(size: Any) -> int:
    """Return the bytes of a photo's size; a progressive one lists all its stages."""
    return max(getattr(size, "sizes", None) or [getattr(size, "size", 0)])


def _document(document: types.Document, message_id: int) -> Media:
    attributes: list[Any] = document.attributes
    measured = next((one for one in attributes if hasattr(one, "w")), None)
    named = (one.file_name for one in attributes if hasattr(one, "file_name"))
    return Media(
        kind=document_kind(document),
        file_name=clean(next(named, "")),
        mime=clean(document.mime_type) or "application/octet-stream",
        size=document.size,
        width=getattr(measured, "w", None),
        height=getattr(measured, "h", None),
        location=_location(document, message_id),
    )


def _location(thing: Any, message_id: int, thumb: str = "") -> dict[str, Any]:
    return {
        "id": thing.id,
        "access_hash": thing.access_hash,
        "reference": thing.file_reference.hex(),
        "dc": thing.dc_id,
        "thumb": thumb,
        "message": message_id,
    }
