"""The middle of the server: which sessions live, who is pushed to, and where a message goes."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from pyrogram.raw import types

from support.telegram.local import envelope, rpc, service
from support.telegram.local.call import Call
from support.telegram.local.connection import Connection
from support.telegram.local.envelope import Letter
from support.telegram.local.faults import Faults
from support.telegram.local.handshake import Handshake
from support.telegram.local.keyring import Keyring, Login
from support.telegram.local.keys import server_key
from support.telegram.local.session import Session, zip_if_smaller
from support.telegram.local.world import World

# A session without a connection is kept that long for its client to come back.
ABSENCE_SECONDS = 60


class Hub:
    def __init__(self, folder: Path) -> None:
        self.address: tuple[str, int] = ("127.0.0.1", 0)
        self.world = World.open(folder, Faults(), self.push)
        self.keyring = Keyring(self.world.store)
        self.connections: set[Connection] = set()
        self._services = service.table(self.keyring)
        self._sessions: dict[tuple[int, bytes], Session] = {}
        self._subscribed: defaultdict[int, dict[Session, None]] = defaultdict(dict)
        self._tickets: dict[bytes, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.world.close()

    def drop_connections(self) -> None:
        for connection in [*self.connections]:
            connection.close()

    @property
    def latency(self) -> float:
        return self.world.faults.latency

    def new_handshake(self) -> Handshake:
        return Handshake(
            server_key(), lambda key, salt: self.keyring.keep(key, salt, now=int(time.time()))
        )

    def spoils_salt(self, login: Login) -> bool:
        return self.world.faults.take("bad_salt", bot=login.bot) is not None

    def session(self, login: Login, session_id: bytes, first: int) -> Session:
        """The session of a packet; a new one is told so, as its client may have missed updates."""
        known = self._sessions.get((login.key.id, session_id))
        if known is not None:
            return known
        self._forget_absent()
        session = self._sessions[login.key.id, session_id] = Session(login, session_id)
        created = types.NewSessionCreated(
            first_msg_id=first,
            unique_id=secrets.randbits(63),
            server_salt=self.keyring.salt(login, now=int(time.time())),
        )
        session.service(created, content=True)
        if login.bot is not None and self.keyring.listens(login, session_id):
            self._subscribed[login.bot][session] = None
        return session

    def take(self, connection: Connection, session: Session, letter: Letter) -> None:
        """Handles one message of a client, once."""
        code = session.complaint(letter, now=time.time())
        if code is not None:
            self._complain(session, letter, code)
        elif session.is_new(letter.message_id):
            self._handle(connection, session, letter)
        elif letter.sequence & 1:
            session.answer_again(letter.message_id)

    def push(self, bot: int, updates: Any, *, cause: object = None, lasting: bool = True) -> None:
        """Sends updates to the sessions of a bot; passing ones only to those that listen now."""
        sessions = [one for one in self._subscribed[bot] if one is not cause]
        if not sessions or self.world.faults.take("lose_push", bot=bot):
            return
        body = zip_if_smaller(updates.write()).write()
        for session in sessions:
            if lasting or session.link is not None:
                session.push(body)

    def push_too_long(self, bot: int) -> None:
        """Tells a bot's sessions that there is too much to tell."""
        self.push(bot, types.UpdatesTooLong())

    def log_in(self, login: Login, bot: int) -> None:
        if login.bot != bot:
            self._unsubscribe({login.key.id})
        self.keyring.log_in(login, bot)

    def log_out(self, login: Login) -> None:
        self.keyring.log_in(login, None)
        self._unsubscribe({login.key.id})

    def revoke(self, bot: int, *, forget: bool) -> None:
        """Ends a bot's logins; forgotten keys lose their connections and sessions too."""
        keys = set(self.keyring.revoke(bot, forget=forget))
        self._unsubscribe(keys)
        if not forget:
            return
        self._sessions = {at: one for at, one in self._sessions.items() if at[0] not in keys}
        for connection in [one for one in self.connections if one.key_id in keys]:
            connection.close()

    def ticket(self, bot: int) -> bytes:
        """A one-time proof of a login, for another connection of the same client."""
        ticket = secrets.token_bytes(32)
        self._tickets[ticket] = bot
        return ticket

    def redeem(self, ticket: bytes) -> int | None:
        return self._tickets.pop(ticket, None)

    def _complain(self, session: Session, letter: Letter, code: int) -> None:
        session.service(
            types.BadMsgNotification(
                bad_msg_id=letter.message_id, bad_msg_seqno=letter.sequence, error_code=code
            )
        )

    def _handle(self, connection: Connection, session: Session, letter: Letter) -> None:
        query = envelope.read(letter.body)
        answer = self._services.get(type(query))
        if answer is not None:
            answer(connection, session, letter, query)
        else:
            self._spawn(self._call(session, letter, query))

    async def _call(self, session: Session, letter: Letter, query: Any) -> None:
        inner, wants_updates = rpc.unwrap(query)
        call = Call(self.world, self, session, rpc.method_of(inner), int(time.time()))
        if wants_updates and session.login.bot is not None:
            self._subscribe(session, session.login.bot, call.now)
        result = await rpc.answer(call, inner)
        if not self.world.faults.take("drop_reply", method=call.method):
            zipped = not isinstance(result, types.upload.File)
            session.reply(letter.message_id, result, zipped=zipped)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _subscribe(self, session: Session, bot: int, now: int) -> None:
        if session not in self._subscribed[bot]:
            self._subscribed[bot][session] = None
            self.keyring.listen(session.login, session.id, now=now)

    def _unsubscribe(self, keys: set[int]) -> None:
        for sessions in self._subscribed.values():
            for session in [one for one in sessions if one.login.key.id in keys]:
                del sessions[session]

    def _forget_absent(self) -> None:
        oldest = time.monotonic() - ABSENCE_SECONDS
        for at, session in [*self._sessions.items()]:
            if session.link is None and session.left_at < oldest:
                del self._sessions[at]
                for sessions in self._subscribed.values():
                    sessions.pop(session, None)
