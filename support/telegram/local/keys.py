"""The fixed RSA key of the local Telegram: a test key, published here, that protects nothing.

Making a key takes seconds, and a product that is pointed at this server must know its public half
beforehand. Both halves are therefore part of the package. Never register it with a client that
talks to the real Telegram.
"""

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from pathlib import Path

from pyrogram.raw.core import Bytes

PUBLIC_KEY = Path(__file__).with_name("test_key.public.pem")
PRIVATE_KEY = Path(__file__).with_name("test_key.private.pem")


@dataclass(frozen=True, slots=True)
class RsaKey:
    modulus: int
    exponent: int
    secret: int
    fingerprint: int

    def decrypt(self, data: bytes) -> bytes:
        """The 255 bytes a client encrypted; raises OverflowError when they are no such thing."""
        return pow(int.from_bytes(data, "big"), self.secret, self.modulus).to_bytes(255, "big")


@cache
def server_key() -> RsaKey:
    _version, modulus, exponent, secret, *_ = integers(PRIVATE_KEY.read_text("ascii"))
    return RsaKey(modulus, exponent, secret, fingerprint(modulus, exponent))


def fingerprint(modulus: int, exponent: int) -> int:
    """Telegram's name for a key: the last 64 bits of the SHA-1 of its TL form, signed."""
    tl = Bytes(_big_endian(modulus)) + Bytes(_big_endian(exponent))
    return int.from_bytes(sha1(tl, usedforsecurity=False).digest()[-8:], "little", signed=True)


def integers(pem: str) -> list[int]:
    """The numbers of a PKCS#1 key: one DER sequence that holds nothing but integers."""
    lines = [line for line in pem.splitlines() if line and not line.startswith("-----")]
    _tag, body, _rest = _element(base64.b64decode("".join(lines)))
    numbers: list[int] = []
    while body:
        _tag, number, body = _element(body)
        numbers.append(int.from_bytes(number, "big"))
    return numbers


def _element(der: bytes) -> tuple[int, bytes, bytes]:
    size, start = der[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(der[2:start], "big")
    return der[0], der[start : start + size], der[start + size :]


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
