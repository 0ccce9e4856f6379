"""Access hashes: what Telegram wants to see before it lets a bot address somebody."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyrogram.raw import types

from support.db import db
from support.models import TelegramPeer
from support.telegram.parse import clean, customer_id
from support.telegram.pieces import Piece

REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Peer:
    """A user as an address."""

    id: int
    access_hash: int
    username: str


class Peers:
    """The addresses of one bot, written when they are new or have changed."""

    def __init__(self, project_id: int) -> None:
        self._project_id = project_id
        self._written: OrderedDict[int, Peer] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()

    def is_stranger(self, piece: Piece) -> bool:
        """Whether a message comes from somebody of whom neither it nor we know the address.

        The difference tells more (https://core.telegram.org/api/min): it is asked once for each.
        """
        sender = customer_id(getattr(piece.update, "message", None))
        if sender is None or sender in self._written or sender in self._asked:
            return False
        if address_of(piece.users.get(sender)):
            return False
        self._asked[sender] = None
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return True

    def news(self, pieces: Iterable[Piece]) -> list[Peer]:
        """Return the users of these updates whose address is not written yet."""
        users = {key: user for piece in pieces for key, user in piece.users.items()}
        found = [address for user in users.values() if (address := address_of(user))]
        return [peer for peer in found if self._written.get(peer.id) != peer]

    def write(self, news: Iterable[Peer]) -> None:
        """Write addresses, in the running transaction."""
        for peer in news:
            db.session.merge(
                TelegramPeer(
                    project_id=self._project_id,
                    peer_id=peer.id,
                    access_hash=peer.access_hash,
                    kind="user",
                    username=peer.username[:255],
                )
            )

    def written(self, news: Iterable[Peer]) -> None:
        """Remember what was committed, the last ones only."""
        for peer in news:
            self._written[peer.id] = peer
            self._written.move_to_end(peer.id)
        while len(self._written) > REMEMBERED:
            self._written.popitem(last=False)


def address_of(user: Any) -> Peer | None:
    """Return a customer's address; a "min" user's hash is good for nothing."""
    if not isinstance(user, types.User) or user.min or user.bot or user.is_self:
        return None
    if user.access_hash is None:
        return None
    return Peer(user.id, user.access_hash, clean(user.username))
