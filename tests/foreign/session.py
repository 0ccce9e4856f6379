"""A session of a client: numbers, salts, acknowledgements, and what is sent again without them.

https://core.telegram.org/mtproto/service_messages
"""

import asyncio
import gzip
import os
import random
import time
from dataclasses import dataclass, field
from struct import pack

from pyrogram.raw import functions, types
from pyrogram.raw.core import FutureSalt, FutureSalts, MsgContainer

from tests.foreign.cipher import framed, sealed
from tests.foreign.keys import tl_string

RESULT, GZIPPED, CONTAINER, VECTOR = 0xF35C6D01, 0x3072CFA1, 0x73F1F8DC, 0x1CB5C415
LARGE = 400  # bytes from which an answer is packed
SALT_USES = 60
RESEND_SECONDS, MOST_AGAIN = 4.0, 20
SECOND = 2**32


@dataclass
class Key:
    """An authorization key and what is known by it."""

    auth_key: bytes
    salt: int = 0
    uses: int = 0
    bot: object = None
    sessions: dict = field(default_factory=dict)

    def salted(self, salt):
        """Whether a salt is good; a good one wears out."""
        if salt != self.salt:
            return False
        self.uses += 1
        if self.uses % SALT_USES == 0:
            self.salt = int.from_bytes(os.urandom(8), "little", signed=True)
        return True


def gzipped(body):
    return pack("<I", GZIPPED) + tl_string(gzip.compress(body)) if len(body) > LARGE else body


def vector(things):
    return pack("<Ii", VECTOR, len(things)) + b"".join(thing.write() for thing in things)


class Session:
    """One session; it outlives its connections."""

    def __init__(self, server, key, session_id):
        self.server, self.key, self.id = server, key, session_id
        self.connection = None
        self.is_media = False
        self.refused = 0  # a code of bad_msg_notification that every message gets
        self._content, self._last_id = 0, 0
        self._unsaid, self._unacknowledged, self._acks, self.seen = [], {}, [], set()
        self._withheld = {}

    def begin(self, first):
        """Tell that the session is new, for the first message in it."""
        unique = random.getrandbits(62)
        created = {"first_msg_id": first, "unique_id": unique, "server_salt": self.key.salt}
        self.say(types.NewSessionCreated(**created))

    def say(self, thing, *, answer=False, content=True):
        """Queue a message; what is queued in one breath leaves in one container."""
        body = thing if isinstance(thing, bytes) else gzipped(thing.write())
        number = self._number(answer=answer)
        seqno = 2 * self._content + (1 if content else 0)
        self._content += content
        self._queue((number, seqno, body), content=content)
        return number

    def _queue(self, message, *, content=True):
        if content:
            self._unacknowledged[message[0]] = (time.monotonic(), message)
        if not self._unsaid:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsaid.append(message)

    def _number(self, *, answer):
        """Number a message by the server's clock: 1 modulo 4 for answers, 3 for the rest."""
        now = int((time.time() + self.server.faults.skew) * SECOND) & ~3
        self._last_id = max(now, self._last_id + 4 & ~3) | (1 if answer else 3)
        return self._last_id

    def answer(self, msg_id, body):
        """Answer a call; sometimes the answer is only announced, until it is asked for."""
        result = pack("<Iq", RESULT, msg_id) + gzipped(body)
        if not self.server.faults.take("announce"):
            self.say(result, answer=True)
            return
        number = self._number(answer=True)
        self._withheld[number] = (number, 2 * self._content + 1, result)
        self._content += 1
        told = {"msg_id": msg_id, "answer_msg_id": number, "bytes": len(result), "status": 4}
        self.say(types.MsgDetailedInfo(**told), content=False)

    def push(self, thing):
        """Send an update; sometimes it is only announced, until it is asked for."""
        if not self.server.faults.take("announce_push"):
            self.say(thing)
            return
        number, body = self._number(answer=False), thing.write()
        self._withheld[number] = (number, 2 * self._content + 1, body)
        self._content += 1
        told = {"answer_msg_id": number, "bytes": len(body), "status": 0}
        self.say(types.MsgNewDetailedInfo(**told), content=False)

    def serve(self, msg_id, query):
        """Do what a service message asks for; return whether it was one."""
        deed = SERVICES.get(type(query))
        if deed is not None:
            deed(self, msg_id, query)
        return deed is not None

    def acknowledged(self, _msg_id, query):
        for number in query.msg_ids:
            self._unacknowledged.pop(number, None)
            self._withheld.pop(number, None)

    def ping(self, msg_id, query):
        self.say(types.Pong(msg_id=msg_id, ping_id=query.ping_id), answer=True, content=False)

    def resend(self, _msg_id, query):
        for number in query.msg_ids:
            if number in self._withheld:
                self._queue(self._withheld.pop(number))

    def states(self, msg_id, query):
        info = bytes(4 if number in self.seen else 1 for number in query.msg_ids)
        self.say(types.MsgsStateInfo(req_msg_id=msg_id, info=info), answer=True, content=False)

    def salts(self, msg_id, query):
        now = int(time.time())
        salts = [FutureSalt(now, now + 3600, self.key.salt)][: query.num]
        answer = FutureSalts(msg_id, now, salts)
        self.say(answer, answer=True, content=False)

    def destroy(self, _msg_id, query):
        gone = self.key.sessions.pop(pack("<q", query.session_id), None)
        kind = types.DestroySessionOk if gone else types.DestroySessionNone
        self.say(kind(session_id=query.session_id), answer=True, content=False)

    def owe(self, msg_id):
        """Acknowledge late: by sixteens, and ask now and then what the client has got."""
        self._acks.append(msg_id)
        if len(self._acks) >= 16:
            self.say(types.MsgsAck(msg_ids=self._acks), content=False)
            self._acks = []
            known = list(self._unacknowledged)[:3]
            self.say(types.MsgsStateReq(msg_ids=known or [self._last_id]), content=False)

    def again(self, *, older):
        """Send again what was not acknowledged for so long, under its old number."""
        limit = time.monotonic() - older
        old = [entry for at, entry in self._unacknowledged.values() if at < limit]
        for entry in old[:MOST_AGAIN]:
            self._queue(entry)

    def _flush(self):
        said, self._unsaid = self._unsaid, []
        if self.connection is None:
            return
        chance = self.server.chance
        if len(self.seen) > 3:
            chance.shuffle(said)
        inner = b"".join(pack("<qii", *said_[:2], len(said_[2])) + said_[2] for said_ in said)
        container = pack("<Ii", CONTAINER, len(said)) + inner
        head = pack("<qii", self._number(answer=False), 2 * self._content, len(container))
        packet = sealed(self.key.auth_key, self.key.salt, self.id, head + container)
        self.connection.send(framed(packet))


SERVICES = {
    types.MsgsAck: Session.acknowledged,
    functions.Ping: Session.ping,
    functions.PingDelayDisconnect: Session.ping,
    types.MsgResendReq: Session.resend,
    types.MsgsStateReq: Session.states,
    functions.GetFutureSalts: Session.salts,
    functions.DestroySession: Session.destroy,
    types.MsgsStateInfo: lambda *_: None,
}


def parts(packet, query):
    """Return the messages of a packet: number, seqno, and what is said."""
    if isinstance(query, MsgContainer):
        return [(one.msg_id, one.seq_no, one.body) for one in query.messages]
    return [(packet.msg_id, packet.seqno, query)]
