"""Which Telegram is spoken to: the real one, or a server that the settings name."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.raw.core import Bytes

from support.config import Settings
from support.refusals import BadSetting


def connections(settings: Settings) -> type[Connection]:
    """Return what makes connections: to the endpoint, whatever data centre they are meant for."""
    if not settings.endpoint:
        return Connection
    if path := public_key(settings):
        register(path)
    return elsewhere(settings.endpoint)


def elsewhere(endpoint: str) -> type[Connection]:
    """Return a connection that goes to `host:port` instead of where it is sent."""
    host, port = address(endpoint)

    class Elsewhere(Connection):
        def __init__(self, **options: Any) -> None:
            there: dict[str, Any] = {"server_address": host, "port": port}
            super().__init__(**options | there)

    return Elsewhere


def address(endpoint: str) -> tuple[str, int]:
    """Read `host:port`."""
    host, _, port = endpoint.rpartition(":")
    return host.strip("[]"), int(port)


def public_key(settings: Settings) -> Path | None:
    """Return the file of the endpoint's public key; the local Telegram's is known."""
    if settings.public_key:
        return Path(settings.public_key)
    if not settings.demo:
        return None
    from support.telegram.local import PUBLIC_KEY  # noqa: PLC0415 - weighs, and only here

    return PUBLIC_KEY


def register(path: Path) -> None:
    """Trust the RSA key of this PEM file (PKCS#1 or SubjectPublicKeyInfo)."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadSetting(name="TELEGRAM_PUBLIC_KEY", value=path) from error
    if not isinstance(key, RSAPublicKey):
        raise BadSetting(name="TELEGRAM_PUBLIC_KEY", value=path)
    numbers = key.public_numbers()
    trusted = rsa.PublicKey(m=numbers.n, e=numbers.e)
    rsa.server_public_keys[fingerprint(numbers.n, numbers.e)] = trusted


def fingerprint(modulus: int, exponent: int) -> int:
    """Return Telegram's name of a key: the low 64 bits of the SHA-1 of its TL form, signed."""
    tl = bytes(Bytes(_big_endian(modulus)) + Bytes(_big_endian(exponent)))
    return int.from_bytes(sha1(tl, usedforsecurity=False).digest()[-8:], "little", signed=True)


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
