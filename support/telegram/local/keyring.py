"""Authorization keys, the bots they are logged in as, and the salts that go with them."""

import secrets
from dataclasses import dataclass, field

from support.telegram.local.envelope import AuthKey
from support.telegram.local.store import Store

SALT_SECONDS = 3600
SALT_OVERLAP = 1800
MOST_LISTENERS = 8


@dataclass
class Login:
    """A known key, and the bot it speaks for once that has logged in."""

    key: AuthKey
    bot: int | None
    salts: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


class Keyring:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, Login] = {}

    def find(self, key_id: int) -> Login | None:
        if key_id not in self._known:
            row = self._store.one("SELECT * FROM auth_keys WHERE id = ?", key_id)
            if row is None:
                return None
            salts = self._store.all(
                "SELECT salt, since FROM salts WHERE auth_key = ? ORDER BY since", key_id
            )
            self._known[key_id] = Login(
                AuthKey(key_id, row["data"]),
                row["bot"],
                [(salt["salt"], salt["since"]) for salt in salts],
            )
        return self._known[key_id]

    def keep(self, data: bytes, salt: int, *, now: int) -> None:
        """Remembers a key that a handshake has just made."""
        key = AuthKey.of(data)
        with self._store.transaction():
            self._store.run("INSERT INTO auth_keys (id, data) VALUES (?, ?)", key.id, key.data)
            self._known[key.id] = login = Login(key, None)
            self._add_salt(login, salt, now)

    def log_in(self, login: Login, bot: int | None) -> None:
        login.bot = bot
        self._store.run("UPDATE auth_keys SET bot = ? WHERE id = ?", bot, login.key.id)

    def revoke(self, bot: int, *, forget: bool) -> list[int]:
        """Logs a bot's keys out, or forgets that they ever were; gives their ids."""
        rows = self._store.all("SELECT id FROM auth_keys WHERE bot = ?", bot)
        for row in rows:
            login = self._known.get(row["id"])
            if login is not None:
                login.bot = None
            if forget:
                self._known.pop(row["id"], None)
        end = "DELETE FROM auth_keys" if forget else "UPDATE auth_keys SET bot = NULL"
        self._store.run(f"{end} WHERE bot = ?", bot)
        return [row["id"] for row in rows]

    def listen(self, login: Login, session: bytes, *, now: int) -> None:
        """Remembers that this session asked for updates; the last few of a key are kept."""
        with self._store.transaction():
            self._store.run(
                "INSERT OR IGNORE INTO listeners (auth_key, session, since) VALUES (?, ?, ?)",
                *(login.key.id, session, now),
            )
            self._store.run(
                "DELETE FROM listeners WHERE auth_key = ? AND session NOT IN (SELECT session FROM "
                "listeners WHERE auth_key = ? ORDER BY since DESC, session = ? DESC LIMIT ?)",
                *(login.key.id, login.key.id, session, MOST_LISTENERS),
            )

    def listens(self, login: Login, session: bytes) -> bool:
        found = self._store.one(
            "SELECT 1 FROM listeners WHERE auth_key = ? AND session = ?", login.key.id, session
        )
        return found is not None

    def accepts(self, login: Login, salt: int, *, now: int) -> bool:
        newest = now - SALT_SECONDS - SALT_OVERLAP
        return any(salt == known and since > newest for known, since in login.salts)

    def salt(self, login: Login, *, now: int) -> int:
        """The salt to use now; one that has served its hour is replaced, and lives on a while."""
        if not login.salts or login.salts[-1][1] <= now - SALT_SECONDS:
            self._add_salt(login, secrets.randbits(63), now)
        return login.salts[-1][0]

    def change_salt(self, login: Login, *, now: int) -> None:
        """Makes every salt the client knows a wrong one."""
        login.salts.clear()
        self._store.run("DELETE FROM salts WHERE auth_key = ?", login.key.id)
        self.salt(login, now=now)

    def _add_salt(self, login: Login, salt: int, now: int) -> None:
        login.salts.append((salt, now))
        del login.salts[:-2]
        self._store.run(
            "INSERT INTO salts (auth_key, salt, since) VALUES (?, ?, ?)", login.key.id, salt, now
        )
