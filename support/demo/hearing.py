"""What the customers of the story say, and the pictures they show."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from support import messages, reactions
from support.demo.cases import SPEAKER, Act
from support.demo.desk import Desk, first_name
from support.models import Message


def say(desk: Desk, act: Act) -> None:
    """Let a customer write, through the same door as always."""
    patron = desk.patrons[act.customer]
    incoming = messages.Incoming(
        person=messages.Person(
            patron.telegram_id,
            patron.first_name,
            patron.last_name,
            patron.username,
            patron.language,
        ),
        telegram_id=act.message or 0,
        at=act.at,
        text=act.text.replace(SPEAKER, _known_name(desk, act)),
        kind="text" if act.picture is None else "photo",
        media=None if act.picture is None else _media(desk.pictures[act.picture]),
    )
    message = reactions.receive(desk.projects[act.project], incoming, now=act.at)
    if message is not None and act.picture is not None:
        _fetched(desk, message, desk.pictures[act.picture], act)


def _known_name(desk: Desk, act: Act) -> str:
    """Return what the customer calls whoever answers him, where he calls him anything."""
    conversation = desk.conversation(act) if SPEAKER in act.text else None
    return first_name(conversation.assignee) if conversation else ""


def _media(picture: Path) -> messages.Media:
    with Image.open(picture) as opened:
        width, height = opened.size
    size = picture.stat().st_size
    return messages.Media("photo", mime="image/jpeg", size=size, width=width, height=height)


def _fetched(desk: Desk, message: Message, picture: Path, act: Act) -> None:
    with picture.open("rb") as file:
        path, _ = desk.store.keep(file, name=picture.name, limit_mb=1)
    if message.attachment is not None:
        messages.fetched(message.attachment, path=path, preview=path, now=act.at)
