"""One remote procedure call: who asks, on which session, and in which world."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from pyrogram.raw.core import TLObject, Vector
from pyrogram.raw.core.primitives import BoolFalse, BoolTrue

from support.telegram.local.envelope import Frozen
from support.telegram.local.keyring import Login
from support.telegram.local.refusals import Refusal
from support.telegram.local.session import Session
from support.telegram.local.thread import Side
from support.telegram.local.world import World


class Accounts(Protocol):
    """What calls about logins need of the server."""

    @property
    def address(self) -> tuple[str, int]: ...
    def log_in(self, login: Login, bot: int) -> None: ...
    def log_out(self, login: Login) -> None: ...
    def ticket(self, bot: int) -> bytes: ...
    def redeem(self, ticket: bytes) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    accounts: Accounts
    session: Session
    method: str
    now: int

    @property
    def login(self) -> Login:
        return self.session.login

    @property
    def bot(self) -> int:
        if self.login.bot is None:
            raise Refusal(401, "AUTH_KEY_UNREGISTERED")
        return self.login.bot

    @asynccontextmanager
    async def once(self, side: Side, random_id: int) -> AsyncGenerator[None]:
        """Keeps a second call with the same random id out while the first is under way."""
        key = (*side.chat, random_id)
        if key in self.world.under_way:
            raise Refusal(500, "RANDOM_ID_DUPLICATE")
        self.world.under_way.add(key)
        try:
            await self._linger()
            yield
        finally:
            self.world.under_way.discard(key)

    async def _linger(self) -> None:
        slow = self.world.faults.take("slow", method=self.method)
        if slow:
            await asyncio.sleep(float(slow.get("ms") or 0) / 1000)


def objects(items: Iterable[Any], size: int) -> list[Any]:
    """The objects of a vector whose items take `size` bytes.

    The library takes a vector of objects for one of numbers when each is as short as a number.
    """
    return [
        TLObject.read(BytesIO(item.to_bytes(size, "little", signed=True)))
        if isinstance(item, int)
        else item
        for item in items
    ]


def boolean(value: bool) -> Frozen:
    return Frozen(bytes(BoolTrue() if value else BoolFalse()))


def vector(items: list[Any]) -> Frozen:
    return Frozen(bytes(Vector(items)))
