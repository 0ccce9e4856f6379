"""The login of a bot as the library wants to keep it: in memory, and sealed in our tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cryptography.fernet import InvalidToken
from pyrogram.storage import Storage, UpdateState

from support import sealing
from support.config import Settings
from support.db import db
from support.models import Project, TelegramSession
from support.telegram.books import Books

READ: Any = object  # the library's own way to ask for a value instead of setting it


class MemoryStorage(Storage):
    """A login that is forgotten with the process; update states and peers are kept elsewhere."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {"date": 0}
        self.has_changed = False

    def _value(self, name: str, value: Any) -> Any:
        if value is READ:
            return self._kept.get(name)
        self.has_changed = self.has_changed or self._kept.get(name) != value
        self._kept[name] = value
        return None

    async def open(self) -> None:
        """Nothing is to be opened."""

    async def save(self) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing is to be closed."""

    async def delete(self) -> None:
        """Forget the login."""
        self._kept = {"date": 0}

    async def dc_id(self, value: Any = READ) -> Any:
        return self._value("dc_id", value)

    async def api_id(self, value: Any = READ) -> Any:
        return self._value("api_id", value)

    async def server_address(self, value: Any = READ) -> Any:
        return self._value("server_address", value)

    async def port(self, value: Any = READ) -> Any:
        return self._value("port", value)

    async def test_mode(self, value: Any = READ) -> Any:
        return self._value("test_mode", value)

    async def auth_key(self, value: Any = READ) -> Any:
        return self._value("auth_key", value)

    async def date(self, value: Any = READ) -> Any:
        return self._value("date", value)

    async def user_id(self, value: Any = READ) -> Any:
        return self._value("user_id", value)

    async def is_bot(self, value: Any = READ) -> Any:
        return self._value("is_bot", value)

    async def update_peers(self, peers: Iterable[Any]) -> None:
        """The pump writes addresses with the rows they belong to."""

    async def update_usernames(self, usernames: Iterable[Any]) -> None:
        """Nobody is addressed by name."""

    async def get_update_states(self, ids: Any = None) -> list[UpdateState]:
        """The pump keeps the state; the library is told that it has one."""
        del ids
        return [UpdateState(0, 0, 0, 0, 0)]

    async def set_update_state(self, update_state: Any) -> None:
        """The pump keeps the state."""

    async def delete_update_state(self, state_id: Any) -> None:
        """The pump keeps the state."""

    async def get_peer_by_id(self, peer_id: int) -> Any:
        raise KeyError(peer_id)

    async def get_peer_by_username(self, username: str) -> Any:
        raise KeyError(username)

    async def get_peer_by_phone_number(self, phone_number: str) -> Any:
        raise KeyError(phone_number)


class BotStorage(MemoryStorage):
    """The login of a project's bot; its key is good for one bot on one server."""

    def __init__(self, books: Books, settings: Settings) -> None:
        super().__init__()
        self._books = books
        self._settings = settings

    async def open(self) -> None:
        """Read the login, if there is one for this bot and this server."""
        self._kept = {"date": 0, **(await self._books.read(self._found) or {})}
        self.has_changed = False

    async def save(self) -> None:
        """Write the login if it is a new one."""
        if self.has_changed:
            await self._books.write(self._written)
            self.has_changed = False

    async def delete(self) -> None:
        """Forget a login that Telegram does not honour any more."""
        await super().delete()
        await self._books.write(forgotten)

    def _found(self, project: Project) -> dict[str, Any] | None:
        row = db.session.get(TelegramSession, project.id)
        if row is None or (row.user_id, row.endpoint) != (project.bot_id, self._settings.endpoint):
            return None
        try:
            key = sealing.unseal(self._settings.data, row.key_sealed)
        except InvalidToken:
            return None
        server = {"dc_id": row.dc_id, "server_address": row.server_address, "port": row.port}
        login = {"api_id": self._settings.api_id or 1, "user_id": row.user_id, "is_bot": True}
        return {"auth_key": key, "test_mode": False, **server, **login}

    def _written(self, project: Project) -> None:
        kept = self._kept
        row = TelegramSession(
            project_id=project.id,
            key_sealed=sealing.seal(self._settings.data, kept["auth_key"]),
            dc_id=kept["dc_id"],
            server_address=kept["server_address"],
            port=kept["port"],
            user_id=kept["user_id"],
            endpoint=self._settings.endpoint,
        )
        db.session.merge(row)


def forgotten(project: Project) -> None:
    """Remove the bot's login."""
    row = db.session.get(TelegramSession, project.id)
    if row is not None:
        db.session.delete(row)
