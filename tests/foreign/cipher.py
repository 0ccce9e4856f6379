"""Packets of MTProto 2.0, as the server writes and reads them, and abridged framing.

https://core.telegram.org/mtproto/description
"""

import os
import random
from dataclasses import dataclass
from hashlib import sha1, sha256
from struct import pack, unpack_from

from pyrogram.crypto import aes

FROM_CLIENT, FROM_SERVER = 0, 8


@dataclass
class Packet:
    """A decrypted message of a client."""

    salt: int
    session_id: bytes
    msg_id: int
    seqno: int
    body: bytes


def key_id(auth_key):
    return sha1(auth_key).digest()[12:]


def secrets(auth_key, msg_key, x):
    a = sha256(msg_key + auth_key[x : x + 36]).digest()
    b = sha256(auth_key[40 + x : 76 + x] + msg_key).digest()
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def sealed(auth_key, salt, session_id, message):
    """Encrypt a message of the server with an unfriendly amount of padding."""
    plain = pack("<q", salt) + session_id + message
    plain += os.urandom(-(len(plain) + 12) % 16 + 12 + 16 * random.randrange(40))
    msg_key = sha256(auth_key[96:128] + plain).digest()[8:24]
    return (
        key_id(auth_key)
        + msg_key
        + aes.ige256_encrypt(plain, *secrets(auth_key, msg_key, FROM_SERVER))
    )


def opened(auth_key, packet):
    """Decrypt and check a message of a client."""
    msg_key = packet[8:24]
    plain = aes.ige256_decrypt(packet[24:], *secrets(auth_key, msg_key, FROM_CLIENT))
    assert msg_key == sha256(auth_key[88:120] + plain).digest()[8:24]
    salt, session_id, msg_id, seqno, length = unpack_from("<q8sqii", plain)
    assert length % 4 == 0
    assert 12 <= len(plain) - 32 - length <= 1024
    return Packet(salt, session_id, msg_id, seqno, plain[32 : 32 + length])


async def received(reader):
    """Read one abridged packet."""
    length = (await reader.readexactly(1))[0]
    if length == 0x7F:
        length = int.from_bytes(await reader.readexactly(3), "little")
    return await reader.readexactly(length * 4)


def framed(packet):
    length = len(packet) // 4
    head = bytes([length]) if length < 0x7F else b"\x7f" + length.to_bytes(3, "little")
    return head + packet
