"""Creating an authorization key: https://core.telegram.org/mtproto/auth_key."""

import os
import time
from hashlib import sha1
from io import BytesIO

from pyrogram.crypto import aes
from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

# The prime that Telegram uses, and clients insist on.
PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F"
    "48198A0AA7C14058229493D22530F4DBFA336F6E0AC925139543AED44CCE7C37"
    "20FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F64"
    "2477FE96BB2A941D5BCD1D4AC8CC49880708FA9B378E3C4F3A9060BEE67CF9A4"
    "A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754"
    "FD17ED950D5965B4B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4"
    "E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F"
    "0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
G = 3
P, Q = 0x494C553B, 0x53911073  # of the documentation's own example
UNKNOWN_KEYS = (0x1122334455667788, -0x0102030405060708)


def signed(data):
    return int.from_bytes(data, "little", signed=True)


class Handshake:
    """One key exchange on one connection; its last step can be refused."""

    def __init__(self, server):
        self._keys, self._faults = server.keys, server.faults
        self._a = int.from_bytes(os.urandom(256), "big")
        self.auth_key = None

    def answer(self, query):
        steps = {
            functions.ReqPqMulti: self._pq,
            functions.ReqDHParams: self._params,
            functions.SetClientDHParams: self._set,
        }
        return steps[type(query)](query)

    def _pq(self, query):
        self._nonce, self._server_nonce = query.nonce, os.urandom(16)
        return types.ResPQ(
            nonce=query.nonce,
            server_nonce=signed(self._server_nonce),
            pq=(P * Q).to_bytes(8, "big"),
            server_public_key_fingerprints=[*UNKNOWN_KEYS, self._keys.fingerprint],
        )

    def _params(self, query):
        digest, data = self._keys.decrypted(query.encrypted_data)
        inner = TLObject.read(BytesIO(data))
        assert digest == sha1(inner.write()).digest()
        assert (inner.p, inner.q) == (P.to_bytes(4, "big"), Q.to_bytes(4, "big"))
        self._new_nonce = inner.new_nonce.to_bytes(32, "little", signed=True)
        answer = self._inner().write()
        whole = sha1(answer).digest() + answer
        whole += os.urandom(-len(whole) % 16)
        encrypted = aes.ige256_encrypt(whole, *self._temporary())
        return types.ServerDHParamsOk(**self._nonces(), encrypted_answer=encrypted)

    def _inner(self):
        return types.ServerDHInnerData(
            **self._nonces(),
            g=G,
            dh_prime=PRIME.to_bytes(256, "big"),
            g_a=pow(G, self._a, PRIME).to_bytes(256, "big"),
            server_time=int(time.time()),
        )

    def _set(self, query):
        data = aes.ige256_decrypt(query.encrypted_data, *self._temporary())
        inner = TLObject.read(BytesIO(data[20:]))
        assert data[:20] == sha1(inner.write()).digest()
        key = pow(int.from_bytes(inner.g_b, "big"), self._a, PRIME).to_bytes(256, "big")
        if self._faults.take("dh_gen_retry"):
            return types.DhGenRetry(**self._nonces(), new_nonce_hash2=self._hash(key, b"\2"))
        self.auth_key = key
        return types.DhGenOk(**self._nonces(), new_nonce_hash1=self._hash(key, b"\1"))

    def _nonces(self):
        return {"nonce": self._nonce, "server_nonce": signed(self._server_nonce)}

    def _hash(self, key, number):
        auxiliary = sha1(key).digest()[:8]
        return signed(sha1(self._new_nonce + number + auxiliary).digest()[4:])

    def _temporary(self):
        """Return the AES key and vector that both nonces make."""
        new, server = self._new_nonce, self._server_nonce
        both, turned = sha1(new + server).digest(), sha1(server + new).digest()
        vector = turned[12:] + sha1(new + new).digest() + new[:4]
        return both + turned[:12], vector
