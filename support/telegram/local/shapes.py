"""How the control API writes and reads what Telegram keeps as objects."""

import re
from collections.abc import Iterable
from typing import Any

from pyrogram.raw import types

from support.telegram.local import thread
from support.telegram.local.refusals import Impossible
from support.telegram.local.store import Row

PREFIX = "MessageEntity"
OTHER_NAMES = {"text_link": "text_url", "strikethrough": "strike", "phone_number": "phone"}
EXTRAS = ("url", "language", "user_id")


def message(row: Row) -> dict[str, Any]:
    parsed = thread.parse(row)
    return {
        "id": row["id"],
        "from": "bot" if row["out"] else "customer",
        "text": parsed.message,
        "entities": [_entity(entity) for entity in parsed.entities or []],
        "date": parsed.date,
        "edited": parsed.edit_date,
        "deleted": row["deleted_at"] is not None,
        "reply_to": getattr(parsed.reply_to, "reply_to_msg_id", None),
        "media": media(parsed.media),
        "buttons": buttons(parsed.reply_markup),
    }


def entities(given: Iterable[dict[str, Any]] | None) -> list[Any]:
    """Formatting as Telegram objects, from `{"type": "bold", "offset": 0, "length": 4}`."""
    return [_parse_entity(one) for one in given or ()]


def media(value: Any) -> dict[str, Any] | None:
    """What a message carries: always a kind, and for files their name, type, size and number."""
    if value is None:
        return None
    if isinstance(value, types.MessageMediaPhoto):
        photo: Any = value.photo
        return _file("photo", photo, "image/jpeg", photo.sizes[-1].size, "")
    if isinstance(value, types.MessageMediaDocument):
        document: Any = value.document
        named = _attribute(document, types.DocumentAttributeFilename)
        name = named.file_name if named else ""
        return _file(_kind(document), document, document.mime_type, document.size, name)
    return {"kind": _snake(type(value).__name__.removeprefix("MessageMedia")), **_fileless(value)}


def buttons(markup: Any) -> list[list[dict[str, str]]]:
    return [[_button(button) for button in row.buttons] for row in getattr(markup, "rows", ())]


def _entity(entity: Any) -> dict[str, Any]:
    kind = _snake(type(entity).__name__.removeprefix(PREFIX))
    extras = {name: getattr(entity, name) for name in EXTRAS if hasattr(entity, name)}
    return {"type": kind, "offset": entity.offset, "length": entity.length, **extras}


def _parse_entity(given: dict[str, Any]) -> Any:
    name = str(given["type"])
    name = OTHER_NAMES.get(name, name)
    kind = getattr(types, PREFIX + name.title().replace("_", ""), None)
    if kind is None:
        raise Impossible(f"There is no formatting called {name}.")
    extras = {extra: given.get(extra) or "" for extra in EXTRAS if extra in kind.__slots__}
    return kind(offset=int(given["offset"]), length=int(given["length"]), **extras)


def _file(kind: str, value: Any, mime: str, size: int, name: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "file_name": name,
        "mime": mime,
        "size": size,
        # As text: it is too long a number for JavaScript.
        "file": str(value.id),
    }


def _kind(document: Any) -> str:
    if _attribute(document, types.DocumentAttributeAnimated):
        return "animation"
    if _attribute(document, types.DocumentAttributeSticker):
        return "sticker"
    if video := _attribute(document, types.DocumentAttributeVideo):
        return "video_note" if video.round_message else "video"
    if audio := _attribute(document, types.DocumentAttributeAudio):
        return "voice" if audio.voice else "audio"
    return "document"


def _attribute(document: Any, kind: type) -> Any:
    return next((one for one in document.attributes if isinstance(one, kind)), None)


def _fileless(value: Any) -> dict[str, Any]:
    if isinstance(value, types.MessageMediaContact):
        names = {"first_name": value.first_name, "last_name": value.last_name}
        return {"phone": value.phone_number, **names}
    geo = getattr(value, "geo", None)
    title = getattr(value, "title", None)
    place = {"latitude": geo.lat, "longitude": geo.long} if geo is not None else {}
    return {**place, **({"title": title} if title else {})}


def _button(button: Any) -> dict[str, str]:
    kind = getattr(button, "type", None)
    if isinstance(kind, types.InlineButtonTypeCallback):
        return {"text": button.text, "data": kind.data.decode("utf-8", "replace")}
    if isinstance(kind, types.InlineButtonTypeUrl):
        return {"text": button.text, "url": kind.url}
    return {"text": button.text}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
