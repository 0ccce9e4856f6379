"""One MTProto session: numbers for its messages, and what its client has not acknowledged yet."""

import time
from collections import deque
from typing import Any, Protocol

from pyrogram.raw import types
from pyrogram.raw.core import GzipPacked, TLObject

from support.telegram.local.envelope import Frozen, Letter
from support.telegram.local.keyring import Login

MOST_UNACKED = 512
LARGEST_KEPT = 32 * 1024
WORTH_ZIPPING = 1024
MOST_SEEN = 2000
# Why a message is refused: its id is from the past, from the future, or no client's at all.
TOO_LOW, TOO_HIGH, BAD_LOWER_BITS = 16, 17, 18


class Link(Protocol):
    """The connection a session is reached through."""

    def queue(self, session: "Session", letter: Letter, *, alone: bool = False) -> None: ...


class Session:
    """Outlives its connections: what was not acknowledged goes out again on the next one."""

    def __init__(self, login: Login, session_id: bytes) -> None:
        self.login = login
        self.id = session_id
        self.link: Link | None = None
        self.left_at = time.monotonic()
        self._unacked: dict[int, Letter] = {}
        self._answers: dict[int, int] = {}
        self._overflown = False
        self._last_id = 0
        self._content = 0
        self._seen: set[int] = set()
        self._seen_order: deque[int] = deque()

    def attach(self, link: Link) -> None:
        """Takes a new connection and sends again, first of all, what may have been lost."""
        if self.link is link:
            return
        self.link = link
        for letter in [*self._unacked.values()]:
            # Each in a packet of its own: a client that refuses one must still read the others.
            link.queue(self, letter, alone=True)
        if self._overflown:
            self._overflown = False
            self.push(types.UpdatesTooLong().write())

    def detach(self, link: Link) -> None:
        if self.link is link:
            self.link = None
            self.left_at = time.monotonic()

    def push(self, body: bytes) -> None:
        self._send(body, content=True)

    def reply(self, query: int, result: TLObject[Any], *, zipped: bool = True) -> None:
        """Answers an RPC; its message stands for the acknowledgement too."""
        data = result.write()
        body = types.RpcResult(req_msg_id=query, result=zip_if_smaller(data, zipped=zipped))
        letter = self._send(body.write(), content=True, answer=True)
        self._answers[query] = letter.message_id

    def service(self, message: TLObject[Any], *, content: bool = False) -> None:
        """Says something about the conversation itself."""
        self._send(message.write(), content=content, answer=True)

    def acknowledge(self, ids: list[int]) -> None:
        for message in ids:
            self._unacked.pop(message, None)

    def complaint(self, letter: Letter, *, now: float) -> int | None:
        """The code of what is wrong with a message's id."""
        if letter.message_id & 3:
            return BAD_LOWER_BITS
        age = now - letter.message_id / 2**32
        if age > 300:
            return TOO_LOW
        return TOO_HIGH if age < -30 else None

    def is_new(self, message: int) -> bool:
        """Whether this id comes for the first time; remembers the last MOST_SEEN."""
        if message in self._seen:
            return False
        self._seen.add(message)
        self._seen_order.append(message)
        if len(self._seen_order) > MOST_SEEN:
            old = self._seen_order.popleft()
            self._seen.discard(old)
            self._answers.pop(old, None)
        return True

    def knows(self, message: int) -> bool:
        return message in self._seen

    def resend(self, ids: list[int]) -> None:
        for message in ids:
            if message in self._unacked and self.link is not None:
                self.link.queue(self, self._unacked[message], alone=True)

    def answer_again(self, query: int) -> None:
        """For a repeated query: its answer once more if it was not acknowledged, else an ack."""
        if self._answers.get(query) in self._unacked:
            self.resend([self._answers[query]])
        else:
            self.service(types.MsgsAck(msg_ids=[query]))

    def letter(self, body: bytes, *, content: bool, answer: bool = False) -> Letter:
        """Gives a body its id and its sequence number."""
        now = int(time.time() * 2**32) & ~3
        self._last_id = max(now, self._last_id + 4)
        sequence = self._content * 2 + content
        self._content += content
        return Letter(self._last_id | (1 if answer else 3), sequence, body)

    def _send(self, body: bytes, *, content: bool, answer: bool = False) -> Letter:
        letter = self.letter(body, content=content, answer=answer)
        if content and len(body) <= LARGEST_KEPT:
            self._keep(letter)
        if self.link is not None:
            self.link.queue(self, letter)
        return letter

    def _keep(self, letter: Letter) -> None:
        full = len(self._unacked) >= MOST_UNACKED
        if full and self.link is None:
            # Nobody is there to read all this: he will be told to ask for the difference.
            self._unacked.clear()
            self._overflown = True
        elif full:
            del self._unacked[next(iter(self._unacked))]
        if not self._overflown:
            self._unacked[letter.message_id] = letter


def zip_if_smaller(data: bytes, *, zipped: bool = True) -> TLObject[Any]:
    plain = Frozen(data)
    if not zipped or len(data) < WORTH_ZIPPING:
        return plain
    packed = GzipPacked(plain).write()
    return Frozen(packed) if len(packed) < len(data) else plain
