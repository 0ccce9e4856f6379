"""Formatting of a text: Telegram's entities as rows of JSON, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pyrogram.raw import types

# Names of the Bot API where they differ from those of the protocol.
NAMES = {
    types.MessageEntityTextUrl: "text_link",
    types.MessageEntityStrike: "strikethrough",
    types.MessageEntityPhone: "phone_number",
    types.MessageEntityMentionName: "text_mention",
}
KINDS: dict[str, Any] = {
    "bold": types.MessageEntityBold,
    "italic": types.MessageEntityItalic,
    "underline": types.MessageEntityUnderline,
    "strikethrough": types.MessageEntityStrike,
    "spoiler": types.MessageEntitySpoiler,
    "code": types.MessageEntityCode,
    "pre": types.MessageEntityPre,
    "text_link": types.MessageEntityTextUrl,
    "blockquote": types.MessageEntityBlockquote,
}
EXTRAS = ("url", "language", "user_id")


def rows(entities: Iterable[Any] | None) -> list[dict[str, Any]]:
    """Describe entities as `{type, offset, length}`, in UTF-16 units, with what they point to."""
    return [_row(entity) for entity in entities or ()]


def _row(entity: Any) -> dict[str, Any]:
    extras = {name: getattr(entity, name) for name in EXTRAS if getattr(entity, name, None)}
    kind = NAMES.get(type(entity)) or snake(type(entity).__name__.removeprefix("MessageEntity"))
    return {"type": kind, "offset": entity.offset, "length": entity.length, **extras}


def entities(described: Iterable[dict[str, Any]]) -> list[Any]:
    """Make entities of their descriptions; a kind that Telegram finds by itself is left to it."""
    return [_entity(row) for row in described if row["type"] in KINDS]


def _entity(row: dict[str, Any]) -> Any:
    kind = KINDS[row["type"]]
    extras = {name: row.get(name) or "" for name in EXTRAS if name in kind.__slots__}
    return kind(offset=row["offset"], length=row["length"], **extras)


def snake(name: str) -> str:
    """Write CamelCase as snake_case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
