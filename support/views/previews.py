"""One line about a message: its words, or what it is when it has none."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from support.refusals import N_

KINDS: dict[str, str] = {
    "photo": N_("Photo"),
    "document": N_("File"),
    "voice": N_("Voice message"),
    "video": N_("Video"),
    "video_note": N_("Video message"),
    "audio": N_("Audio"),
    "animation": N_("Animation"),
    "sticker": N_("Sticker"),
    "location": N_("Location"),
    "venue": N_("Venue"),
    "contact": N_("Contact"),
    "poll": N_("Poll"),
    "dice": N_("Dice"),
}
ICONS: dict[str, str] = {"photo": "photo", "document": "file"}
OTHER = N_("A message of a kind that is not shown here")


def kind_name(kind: str) -> str:
    """Name a kind of message in the reader's language."""
    return gettext(KINDS.get(kind, OTHER))


def kind_icon(kind: str) -> str:
    """Return the picture of a kind of message; plain text has none."""
    return "" if kind == "text" else ICONS.get(kind, "paperclip")


def preview(row: Any) -> str:
    """Say in one line what was said last."""
    if row.deleted_at is not None:
        return gettext("Message deleted")
    if row.kind is None:
        return gettext("No messages yet")
    words = " ".join((row.said or "").split())
    return words or kind_name(row.kind)


def translated(sentence: str) -> str:
    """Say a stored sentence in the reader's language; signs of percent stay signs."""
    return gettext(sentence)


def worn(lines: str | None) -> list[tuple[str, str]]:
    """Return colour and name of each tag of a row, by name."""
    parts = (line.partition(" ") for line in (lines or "").splitlines())
    return sorted(((colour, name) for colour, _, name in parts), key=_by_name)


def _by_name(tag: tuple[str, str]) -> str:
    return tag[1].casefold()
