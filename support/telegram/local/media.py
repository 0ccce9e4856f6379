"""What a message carries beside text, as Telegram objects."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyrogram.raw import types

from support.telegram.local import images
from support.telegram.local.refusals import Impossible
from support.telegram.local.store import Row

DC = 2
UNKNOWN_PICTURE = images.Picture("image/jpeg", 800, 600)
Details = Mapping[str, Any]


def photo(row: Row, path: Path, date: int) -> types.MessageMediaPhoto:
    picture = images.look(path) or UNKNOWN_PICTURE
    return types.MessageMediaPhoto(
        photo=types.Photo(
            id=row["id"],
            access_hash=row["access_hash"],
            file_reference=reference(row),
            date=date,
            dc_id=DC,
            sizes=[types.PhotoSize(type="x", w=picture.width, h=picture.height, size=row["size"])],
        )
    )


def document(
    row: Row, date: int, attributes: Sequence[Any], *, voice: bool = False, round_: bool = False
) -> types.MessageMediaDocument:
    return types.MessageMediaDocument(
        voice=voice or None,
        round=round_ or None,
        document=types.Document(
            id=row["id"],
            access_hash=row["access_hash"],
            file_reference=reference(row),
            date=date,
            mime_type=row["mime"],
            size=row["size"],
            dc_id=DC,
            attributes=[*attributes],
        ),
    )


def from_file(row: Row, path: Path, date: int, details: Details) -> Any:
    """The media of a customer's file, by its kind."""
    kind = row["kind"]
    if kind == "photo":
        return photo(row, path, date)
    if kind not in ATTRIBUTES:
        raise Impossible(f"A file cannot be a {kind}.")
    attributes = ATTRIBUTES[kind](details)
    if row["name"]:
        attributes.append(types.DocumentAttributeFilename(file_name=row["name"]))
    return document(row, date, attributes, voice=kind == "voice", round_=kind == "video_note")


def without_file(kind: str, details: Details) -> Any:
    """The media of a customer's message that needs no file."""
    if kind not in FILELESS:
        raise Impossible(f"There is no kind of media called {kind}.")
    return FILELESS[kind](details)


def reference(row: Row) -> bytes:
    return row["id"].to_bytes(8, "little") + b"local"


def _sticker(details: Details) -> list[Any]:
    emoji = details.get("emoji") or "👍"
    return [
        types.DocumentAttributeImageSize(w=512, h=512),
        types.DocumentAttributeSticker(alt=emoji, stickerset=types.InputStickerSetEmpty()),
    ]


def _sound(details: Details, *, voice: bool) -> list[Any]:
    seconds = int(details.get("duration") or 1)
    return [types.DocumentAttributeAudio(duration=seconds, voice=voice or None)]


def _film(details: Details, *, round_message: bool = False) -> list[Any]:
    return [
        types.DocumentAttributeVideo(
            duration=float(details.get("duration") or 1),
            w=int(details.get("width") or 240),
            h=int(details.get("height") or 240),
            round_message=round_message or None,
        )
    ]


def _location(details: Details) -> Any:
    return types.MessageMediaGeo(geo=_point(details))


def _venue(details: Details) -> Any:
    return types.MessageMediaVenue(
        geo=_point(details),
        title=str(details.get("title") or ""),
        address=str(details.get("address") or ""),
        provider="",
        venue_id="",
        venue_type="",
    )


def _contact(details: Details) -> Any:
    return types.MessageMediaContact(
        phone_number=str(details.get("phone") or ""),
        first_name=str(details.get("first_name") or ""),
        last_name=str(details.get("last_name") or ""),
        vcard="",
        user_id=int(details.get("user_id") or 0),
    )


def _dice(details: Details) -> Any:
    return types.MessageMediaDice(
        value=int(details.get("value") or 1), emoticon=str(details.get("emoji") or "🎲")
    )


def _point(details: Details) -> types.GeoPoint:
    return types.GeoPoint(
        lat=float(details.get("latitude") or 0),
        long=float(details.get("longitude") or 0),
        access_hash=0,
    )


ATTRIBUTES: dict[str, Callable[[Details], list[Any]]] = {
    "document": lambda _details: [],
    "sticker": _sticker,
    "voice": lambda details: _sound(details, voice=True),
    "audio": lambda details: _sound(details, voice=False),
    "video": _film,
    "video_note": lambda details: _film(details, round_message=True),
    "animation": lambda details: [*_film(details), types.DocumentAttributeAnimated()],
}
FILELESS: dict[str, Callable[[Details], Any]] = {
    "location": _location,
    "venue": _venue,
    "contact": _contact,
    "dice": _dice,
}
