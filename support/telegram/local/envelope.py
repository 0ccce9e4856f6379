"""MTProto 2.0 envelopes: what is encrypted, for whom, and the messages inside."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any

from pyrogram.crypto import aes, mtproto
from pyrogram.raw.core import Int, Long, MsgContainer, TLObject

CONTAINER = MsgContainer.ID.to_bytes(4, "little")
# id, sequence number and length in front of each body.
HEADER = 16


class BrokenEnvelope(Exception):
    """The packet was not made with the key it names."""


class Frozen(TLObject[Any]):
    """A TL object that is already written, so that nothing is serialised twice."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def write(self, *_args: Any) -> bytes:
        return self.data


@dataclass(frozen=True, slots=True)
class AuthKey:
    id: int
    data: bytes

    @classmethod
    def of(cls, data: bytes) -> "AuthKey":
        return cls(key_id(sha1(data, usedforsecurity=False).digest()[-8:]), data)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in either direction: its place in the conversation and its unread body."""

    message_id: int
    sequence: int
    body: bytes

    def write(self) -> bytes:
        header = Long(self.message_id) + Int(self.sequence) + Int(len(self.body))
        return header + self.body


@dataclass(frozen=True, slots=True)
class Opened:
    salt: int
    session: bytes
    letter: Letter


def key_id(raw: bytes) -> int:
    return int.from_bytes(raw, "little", signed=True)


def unseal(packet: bytes, key: AuthKey) -> Opened:
    """Decrypts a client's packet and checks that its key and text belong together."""
    stamp, cipher = packet[8:24], packet[24:]
    if len(cipher) < 2 * HEADER or len(cipher) % 16:
        raise BrokenEnvelope("the packet is cut")
    text = aes.ige256_decrypt(cipher, *mtproto.kdf(key.data, stamp, True))
    if sha256(key.data[88:120] + text).digest()[8:24] != stamp:
        raise BrokenEnvelope("the message key does not fit")
    letter, _rest = _letter(text[16:])
    return Opened(key_id(text[:8]), text[8:16], letter)


def seal(letter: Letter, key: AuthKey, *, salt: int, session: bytes) -> bytes:
    text = Long(salt) + session + letter.write()
    text += secrets.token_bytes(-(len(text) + 12) % 16 + 12)
    stamp = sha256(key.data[96:128] + text).digest()[8:24]
    cipher = aes.ige256_encrypt(text, *mtproto.kdf(key.data, stamp, False))
    return Long(key.id) + stamp + cipher


def unpack(letter: Letter) -> Iterator[Letter]:
    """The letters of a container, or the letter itself."""
    if not letter.body.startswith(CONTAINER):
        yield letter
        return
    rest = letter.body[8:]
    for _ in range(int.from_bytes(letter.body[4:8], "little")):
        inner, rest = _letter(rest)
        yield inner


def pack(letters: list[Letter]) -> bytes:
    """The body of a container."""
    return CONTAINER + Int(len(letters)) + b"".join(letter.write() for letter in letters)


def read(body: bytes) -> TLObject[Any] | None:
    """The object of a body, unzipped; None when this layer knows no such thing."""
    try:
        return TLObject.read(BytesIO(body))
    except (KeyError, ValueError, OSError, EOFError):
        return None


def _letter(data: bytes) -> tuple[Letter, bytes]:
    size = int.from_bytes(data[12:16], "little")
    if not 0 < size <= len(data) - HEADER:
        raise BrokenEnvelope("a message is longer than its packet")
    message_id = int.from_bytes(data[:8], "little", signed=True)
    sequence = int.from_bytes(data[8:12], "little")
    return Letter(message_id, sequence, data[HEADER : HEADER + size]), data[HEADER + size :]
