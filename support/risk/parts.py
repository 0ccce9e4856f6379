"""What a customer reads of a message that is written down: its text, its links, its file's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from support.models import Message
from support.risk.findings import Part


def parts_of(message: Message) -> list[Part]:
    """Return the parts of a message, for the gate."""
    file = message.attachment
    return parts(message.text, message.entities, file.file_name if file else None)


def parts(text: str, entities: Sequence[Any], file_name: str | None) -> list[Part]:
    """Return the parts of a text, its hidden links, and the name of the file that goes with it."""
    said = [Part("reply" if file_name is None else "caption", text)]
    links = (str(one["url"]) for one in entities if isinstance(one, dict) and one.get("url"))
    said += [Part("link", url) for url in links]
    return said if file_name is None else [*said, Part("file_name", file_name)]
