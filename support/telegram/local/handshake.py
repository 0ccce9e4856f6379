"""The Diffie-Hellman exchange that gives a client its authorization key.

Follows https://core.telegram.org/mtproto/auth_key with the legacy RSA padding that kurigram sends.
"""

import secrets
import time
from collections.abc import Callable
from hashlib import sha1
from typing import Any

from pyrogram.crypto import aes
from pyrogram.crypto.prime import CURRENT_DH_PRIME
from pyrogram.raw import functions, types
from pyrogram.raw.core import Long, TLObject

from support.telegram.local import envelope
from support.telegram.local.keys import RsaKey

# The sample of Telegram's own page. Factoring it proves work, not identity.
P, Q = 0x494C553B, 0x53911073
GENERATOR = 3
SAFE = 1 << (2048 - 64)

KeepKey = Callable[[bytes, int], None]


class HandshakeFailed(Exception):
    """The client broke the exchange; its connection is dropped."""


class Handshake:
    """One client's exchange: three questions in their order, then `keep(auth_key, salt)`."""

    def __init__(self, rsa: RsaKey, keep: KeepKey) -> None:
        self._rsa = rsa
        self._keep = keep
        self._nonce = self._server_nonce = self._new_nonce = b""
        self._secret = 0

    def answer(self, packet: bytes) -> bytes | None:
        """Answers one unencrypted packet; acknowledgements need no answer."""
        query = envelope.read(packet[20:])
        if isinstance(query, types.MsgsAck):
            return None
        reply = self._reply(query).write()
        message_id = int(time.time() * 2**32) & ~3 | 1
        return bytes(8) + Long(message_id) + len(reply).to_bytes(4, "little") + reply

    def _reply(self, query: Any) -> TLObject[Any]:
        if isinstance(query, functions.ReqPqMulti | functions.ReqPq):
            return self._offer(query.nonce)
        if isinstance(query, functions.ReqDHParams):
            return self._parameters(query)
        if isinstance(query, functions.SetClientDHParams):
            return self._conclude(query)
        raise HandshakeFailed(f"unexpected {type(query).__name__}")

    def _offer(self, nonce: int) -> TLObject[Any]:
        self._nonce = _raw(nonce, 16)
        self._server_nonce = secrets.token_bytes(16)
        return types.ResPQ(
            nonce=nonce,
            server_nonce=_number(self._server_nonce),
            pq=(P * Q).to_bytes(8, "big"),
            server_public_key_fingerprints=[self._rsa.fingerprint],
        )

    def _parameters(self, query: Any) -> TLObject[Any]:
        self._check(query)
        self._new_nonce = self._read_new_nonce(query.encrypted_data)
        self._secret = secrets.randbits(2048)
        answer = types.ServerDHInnerData(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            g=GENERATOR,
            dh_prime=CURRENT_DH_PRIME.to_bytes(256, "big"),
            g_a=pow(GENERATOR, self._secret, CURRENT_DH_PRIME).to_bytes(256, "big"),
            server_time=int(time.time()),
        ).write()
        return types.ServerDHParamsOk(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            encrypted_answer=aes.ige256_encrypt(_hashed(answer), *self._temporary()),
        )

    def _read_new_nonce(self, encrypted: bytes) -> bytes:
        try:
            data = self._rsa.decrypt(encrypted)
        except OverflowError as error:
            raise HandshakeFailed("the client encrypts for another key") from error
        inner: Any = envelope.read(data[20:])
        self._check(inner)
        if _sha1(inner.write()) != data[:20]:
            raise HandshakeFailed("the hash of the inner data is wrong")
        return _raw(inner.new_nonce, 32)

    def _conclude(self, query: Any) -> TLObject[Any]:
        self._check(query)
        inner: Any = envelope.read(
            aes.ige256_decrypt(query.encrypted_data, *self._temporary())[20:]
        )
        self._check(inner)
        public = int.from_bytes(inner.g_b, "big")
        if not SAFE < public < CURRENT_DH_PRIME - SAFE:
            raise HandshakeFailed("g_b is out of the safe range")
        return self._done(query, pow(public, self._secret, CURRENT_DH_PRIME).to_bytes(256, "big"))

    def _done(self, query: Any, auth_key: bytes) -> TLObject[Any]:
        salt = aes.xor(self._new_nonce[:8], self._server_nonce[:8])
        self._keep(auth_key, int.from_bytes(salt, "little", signed=True))
        digest = _sha1(self._new_nonce + b"\x01" + _sha1(auth_key)[:8])
        return types.DhGenOk(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            new_nonce_hash1=_number(digest[-16:]),
        )

    def _temporary(self) -> tuple[bytes, bytes]:
        new, server = self._new_nonce, self._server_nonce
        middle = _sha1(server + new)
        key = _sha1(new + server) + middle[:12]
        return key, middle[12:] + _sha1(new + new) + new[:4]

    def _check(self, message: Any) -> None:
        nonces = getattr(message, "nonce", 0), getattr(message, "server_nonce", 0)
        if tuple(_raw(nonce, 16) for nonce in nonces) != (self._nonce, self._server_nonce):
            raise HandshakeFailed("the nonces do not match")


def _hashed(data: bytes) -> bytes:
    whole = _sha1(data) + data
    return whole + secrets.token_bytes(-len(whole) % 16)


def _sha1(data: bytes) -> bytes:
    return sha1(data, usedforsecurity=False).digest()


def _raw(number: int, size: int) -> bytes:
    return number.to_bytes(size, "little", signed=True)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)
