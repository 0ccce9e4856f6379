"""What everybody in the local Telegram shares: its store, its files, its bell and its pushes."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pyrogram.raw import types

from support.telegram.local.bell import Bell
from support.telegram.local.faults import Faults
from support.telegram.local.files import Files
from support.telegram.local.limits import Pace
from support.telegram.local.store import Store


class Push(Protocol):
    """Sends updates to every session of a bot but the one that caused them."""

    def __call__(
        self, bot: int, updates: types.Updates, *, cause: object = None, lasting: bool = True
    ) -> None: ...


@dataclass(slots=True)
class Press:
    """A pressed button whose customer looks at a spinner."""

    bot: int
    at: float
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    answer: dict[str, Any] | None = None


@dataclass
class World:
    store: Store
    files: Files
    faults: Faults
    push: Push
    bell: Bell = field(default_factory=Bell)
    pace: Pace = field(default_factory=Pace)
    under_way: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])
    presses: dict[int, Press] = field(default_factory=dict[int, Press])

    @classmethod
    def open(cls, folder: Path, faults: Faults, push: Push) -> "World":
        store = Store(folder / "telegram.sqlite")
        return cls(store, Files(folder, store), faults, push)

    def wake_all(self) -> None:
        """Ends every wait for a change or for an answer."""
        self.bell.ring_all()
        for press in self.presses.values():
            press.answered.set()

    def close(self) -> None:
        self.store.close()


def updates_of(date: int, updates: Iterable[Any], users: Iterable[Any]) -> types.Updates:
    # Private chats have no sequence of their own: zero means "order by pts".
    return types.Updates(updates=[*updates], users=[*users], chats=[], date=date, seq=0)
