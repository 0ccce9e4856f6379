"""One client's connection: packets in, packets out, and who they belong to."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from typing import Protocol

from pyrogram.raw import types

from support.telegram.local import envelope
from support.telegram.local.envelope import BrokenEnvelope, Letter
from support.telegram.local.handshake import Handshake, HandshakeFailed
from support.telegram.local.keyring import Keyring, Login
from support.telegram.local.session import Session
from support.telegram.local.transport import BadFrame, Pipe

KEY_NOT_FOUND = (-404).to_bytes(4, "little", signed=True)
BAD_SALT = 48
MOST_TOGETHER = 50
LARGEST_TOGETHER = 128 * 1024

Queued = tuple[float, Session, Letter, bool]


class KeyNotFound(Exception):
    """The client uses an authorization key that this server has never given, or has forgotten."""


class Server(Protocol):
    """What a connection needs of the server behind it."""

    keyring: Keyring

    @property
    def latency(self) -> float: ...
    def new_handshake(self) -> Handshake: ...
    def session(self, login: Login, session_id: bytes, first: int) -> Session: ...
    def spoils_salt(self, login: Login) -> bool: ...
    def take(self, connection: "Connection", session: Session, letter: Letter) -> None: ...


class Connection:
    def __init__(self, pipe: Pipe, server: Server) -> None:
        self.key_id: int | None = None
        self._pipe = pipe
        self._server = server
        self._session: Session | None = None
        self._handshake: Handshake | None = None
        self._outbox: deque[Queued] = deque()
        self._filled = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        """Reads until the client leaves, or breaks a rule that no conversation survives."""
        writer = asyncio.create_task(self._write())
        try:
            await self._pipe.greet()
            while True:
                self._receive(await self._pipe.read())
                await self._pipe.drain()
        except (asyncio.IncompleteReadError, OSError, BadFrame, BrokenEnvelope, HandshakeFailed):
            pass
        except KeyNotFound:
            self._pipe.write(KEY_NOT_FOUND)
        finally:
            writer.cancel()
            self.close()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._session is not None:
            self._session.detach(self)
        self._pipe.close()

    def close_after(self, seconds: float) -> None:
        """Closes unless this is asked again within that time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.close)

    def queue(self, session: Session, letter: Letter, *, alone: bool = False) -> None:
        ready = time.monotonic() + self._server.latency
        self._outbox.append((ready, session, letter, alone))
        self._filled.set()

    def _receive(self, packet: bytes) -> None:
        self.key_id = envelope.key_id(packet[:8])
        if self.key_id == 0:
            self._shake_hands(packet)
            return
        login = self._server.keyring.find(self.key_id)
        if login is None:
            raise KeyNotFound
        opened = envelope.unseal(packet, login.key)
        session = self._server.session(login, opened.session, opened.letter.message_id)
        self._join(session)
        if self._salt_fits(login, opened.salt, session, opened.letter):
            for letter in envelope.unpack(opened.letter):
                self._server.take(self, session, letter)

    def _shake_hands(self, packet: bytes) -> None:
        self._handshake = self._handshake or self._server.new_handshake()
        answer = self._handshake.answer(packet)
        if answer is not None:
            self._pipe.write(answer)

    def _join(self, session: Session) -> None:
        if self._session is not session and self._session is not None:
            self._session.detach(self)
        self._session = session
        session.attach(self)

    def _salt_fits(self, login: Login, salt: int, session: Session, letter: Letter) -> bool:
        now = int(time.time())
        if self._server.spoils_salt(login):
            self._server.keyring.change_salt(login, now=now)
        if self._server.keyring.accepts(login, salt, now=now):
            return True
        session.service(
            types.BadServerSalt(
                bad_msg_id=letter.message_id,
                bad_msg_seqno=letter.sequence,
                error_code=BAD_SALT,
                new_server_salt=self._server.keyring.salt(login, now=now),
            )
        )
        return False

    async def _write(self) -> None:
        try:
            while True:
                await self._filled.wait()
                await self._pause()
                self._seal(*self._next())
                await self._pipe.drain()
        except OSError:
            self.close()

    async def _pause(self) -> None:
        """Lets the slow network of a test have its time."""
        wait = self._outbox[0][0] - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)

    def _next(self) -> tuple[Session, list[Letter]]:
        """The letters that travel in one packet: the first, and what may share its container."""
        _ready, session, letter, alone = self._outbox.popleft()
        letters = [letter] if alone else [letter, *self._more(session, len(letter.body))]
        if not self._outbox:
            self._filled.clear()
        return session, letters

    def _more(self, session: Session, size: int) -> Iterator[Letter]:
        now = time.monotonic()
        for _ in range(min(MOST_TOGETHER, len(self._outbox))):
            ready, owner, letter, alone = self._outbox[0]
            size += len(letter.body)
            if alone or owner is not session or size > LARGEST_TOGETHER or ready > now:
                return
            self._outbox.popleft()
            yield letter

    def _seal(self, session: Session, letters: list[Letter]) -> None:
        letter = letters[0]
        if len(letters) > 1:
            letter = session.letter(envelope.pack(letters), content=False)
        salt = self._server.keyring.salt(session.login, now=int(time.time()))
        key = session.login.key
        self._pipe.write(envelope.seal(letter, key, salt=salt, session=session.id))
