"""What arrives, taken apart: single updates with their place in Telegram's counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyrogram.raw import types


@dataclass(frozen=True, slots=True)
class State:
    """How far the rows follow Telegram: https://core.telegram.org/constructor/updates.state."""

    pts: int = 0
    qts: int = 0
    date: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One update, who is mentioned in it, and when it was said."""

    update: Any
    users: Mapping[int, Any] = field(default_factory=dict[int, Any])
    date: int = 0

    @property
    def pts(self) -> tuple[int, int] | None:
        """Its place and its weight in the common count; channels count for themselves."""
        if "Channel" in type(self.update).__name__:
            return None
        at = getattr(self.update, "pts", None)
        return None if at is None else (at, self.update.pts_count)

    @property
    def qts(self) -> int | None:
        """Its place in the second count, of what concerns the bot itself."""
        return getattr(self.update, "qts", None)


def pieces(arrived: Any) -> list[Piece] | None:
    """Take a packet apart; None if it can only be understood by asking for the difference."""
    if isinstance(arrived, types.Updates | types.UpdatesCombined):
        return together(arrived.updates, arrived.users, arrived.date)
    if isinstance(arrived, types.UpdateShort):
        return [Piece(arrived.update, {}, arrived.date)]
    if isinstance(arrived, Piece):
        return [arrived]
    return None if isinstance(arrived, UNCLEAR) else []


def together(updates: Iterable[Any], users: Iterable[Any], date: int) -> list[Piece]:
    """Return updates that came with the same users."""
    known = {user.id: user for user in users}
    return [Piece(update, known, date) for update in updates]


def told(messages: Iterable[Any]) -> list[Any]:
    """Present messages of a difference as the updates they would have been."""
    return [types.UpdateNewMessage(message=message, pts=0, pts_count=0) for message in messages]


def answers(random_id: int, reply: Any) -> list[Any]:
    """Return what Telegram answered to a send in a form that a pump understands."""
    if not isinstance(reply, types.UpdateShortSentMessage):
        return [reply]
    named = types.UpdateMessageID(id=reply.id, random_id=random_id)
    # That it was taken holds at once; what it counts for may have to wait.
    return [Piece(named, {}, reply.date), Piece(reply, {}, reply.date)]


# A short message tells nothing of who wrote it; "too long" says it all.
UNCLEAR = (types.UpdatesTooLong, types.UpdateShortMessage, types.UpdateShortChatMessage)
