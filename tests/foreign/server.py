"""The server: connections, and a thread in which they live."""

import asyncio
import random
import socket
import struct
import threading
from contextlib import suppress
from io import BytesIO

from pyrogram.raw import types
from pyrogram.raw.core import TLObject

from tests.foreign import methods
from tests.foreign.cipher import framed, key_id, opened, received
from tests.foreign.faults import Faults
from tests.foreign.handshake import Handshake
from tests.foreign.keys import KeyPair
from tests.foreign.session import RESEND_SECONDS, SECOND, Key, Session, parts
from tests.foreign.world import World

UNKNOWN_KEY, BAD_SALT = -404, 48
TOO_OLD, TOO_NEW = 16, 17


class Foreign:
    """A Telegram on a free port of this machine."""

    def __init__(self, *, seed=1):
        self.keys, self.faults, self.chance = KeyPair(), Faults(), random.Random(seed)
        self.known, self.connections = {}, set()
        self.world = World(self)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def start(self):
        self._thread.start()
        self.do(self._listen())
        return self

    async def _listen(self, port=0):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._again = asyncio.ensure_future(self._send_again())

    def stop(self):
        self.do(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _end(self):
        self._again.cancel()
        self._server.close()
        self.break_all()
        await asyncio.sleep(0)

    def do(self, deed):
        """Do something in the server's thread, a coroutine or a function, and give its result."""

        async def called():
            return deed()

        work = deed if asyncio.iscoroutine(deed) else called()
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def _send_again(self):
        while True:
            await asyncio.sleep(RESEND_SECONDS / 4)
            for session in self.sessions():
                session.again(older=RESEND_SECONDS)

    def sessions(self):
        return [session for key in self.known.values() for session in key.sessions.values()]

    async def _serve(self, reader, writer):
        connection = Connection(self, reader, writer)
        self.connections.add(connection)
        with suppress(OSError, EOFError):
            await connection.run()
        self.connections.discard(connection)
        connection.drop()

    def break_all(self, *, media=True):
        """Break the connections; what is on its way is lost."""
        for connection in list(self.connections):
            if media or not (connection.session and connection.session.is_media):
                connection.drop()

    def freeze(self):
        """Say and hear nothing more on the connections that there are, and leave them open."""
        for connection in self.connections:
            connection.is_silent = True

    def forget_keys(self):
        self.known.clear()
        self.break_all()


class Connection:
    """One connection of a client."""

    def __init__(self, server, reader, writer):
        self.server, self._reader, self._writer = server, reader, writer
        self.session, self.is_silent, self._packets = None, False, 0
        self._handshake = Handshake(server)

    async def run(self):
        assert await self._reader.readexactly(1) == b"\xef"
        if self.server.faults.greeting:
            self._fail(self.server.faults.greeting)
            return
        while True:
            packet = await received(self._reader)
            self._packets += 1
            limit = self.server.faults.silent_after
            self.is_silent = self.is_silent or 0 < limit < self._packets
            if not self.is_silent:
                self._take(packet)

    def _take(self, packet):
        if packet[:8] == bytes(8):
            self._greet(packet)
            return
        key = self.server.known.get(packet[:8])
        if key is None:
            self._fail(UNKNOWN_KEY)
            return
        self._hear(key, opened(key.auth_key, packet))

    def _greet(self, packet):
        query = TLObject.read(BytesIO(packet[20:]))
        body = self._handshake.answer(query).write()
        number = int(self.server.world.now * SECOND) & ~3 | 1
        self.send(framed(bytes(8) + struct.pack("<qi", number, len(body)) + body))
        if self._handshake.auth_key:
            auth_key = self._handshake.auth_key
            self.server.known[key_id(auth_key)] = Key(auth_key)

    def _hear(self, key, packet):
        session = key.sessions.get(packet.session_id)
        is_new = session is None
        if is_new:
            session = key.sessions[packet.session_id] = Session(self.server, key, packet.session_id)
        self._attach(session)
        if wrong := self._wrong(session, packet):
            session.say(wrong, content=False)
            return
        if is_new or not session.seen:
            session.begin(packet.msg_id)
        for msg_id, seqno, query in parts(packet, TLObject.read(BytesIO(packet.body))):
            self._part(msg_id, seqno, query)

    def _attach(self, session):
        if session.connection is not self:
            session.connection, self.session = self, session
            self.server.loop.call_later(0.05, lambda: session.again(older=0))

    def _wrong(self, session, packet):
        """Return what is wrong with a message, or None."""
        about = {"bad_msg_id": packet.msg_id, "bad_msg_seqno": packet.seqno}
        early = packet.msg_id / SECOND - self.server.world.now
        code = TOO_NEW if early > 30 else TOO_OLD if early < -300 else session.refused
        if code and (code in (TOO_NEW, TOO_OLD) or packet.seqno % 2):
            return types.BadMsgNotification(**about, error_code=code)
        if not session.key.salted(packet.salt):
            salt = {"error_code": BAD_SALT, "new_server_salt": session.key.salt}
            return types.BadServerSalt(**about, **salt)
        return None

    def _part(self, msg_id, seqno, query):
        session = self.session
        if msg_id in session.seen:
            return
        session.seen.add(msg_id)
        if seqno % 2:
            session.owe(msg_id)
        if not session.serve(msg_id, query):
            methods.call(session, msg_id, query)

    def send(self, data):
        if not self.is_silent and not self._writer.is_closing():
            self._writer.write(data)

    def _fail(self, code):
        self.send(framed(struct.pack("<i", code)))
        self._writer.close()

    def drop(self):
        """End without a farewell: the other side sees a reset."""
        sock = self._writer.get_extra_info("socket")
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        if self.session and self.session.connection is self:
            self.session.connection = None
