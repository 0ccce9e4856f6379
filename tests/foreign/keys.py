"""The server's RSA key, in both forms in which a public key is written down."""

from hashlib import sha1

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMS = {"pkcs1": PublicFormat.PKCS1, "spki": PublicFormat.SubjectPublicKeyInfo}


class KeyPair:
    """An RSA key of 2048 bits."""

    def __init__(self):
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self._private.private_numbers()
        self._d, self._n = numbers.d, numbers.public_numbers.n

    def pem(self, form):
        return self._private.public_key().public_bytes(Encoding.PEM, FORMS[form])

    @property
    def fingerprint(self):
        """The lower 64 bits of the SHA-1 of the bare `rsa_public_key n:string e:string`."""
        digest = sha1(tl_string(self._n.to_bytes(256, "big")) + tl_string(b"\1\0\1")).digest()
        return int.from_bytes(digest[12:], "little", signed=True)

    def decrypted(self, encrypted):
        """Return what `RSA(SHA1(data) + data + padding)` holds after its hash."""
        block = pow(int.from_bytes(encrypted, "big"), self._d, self._n).to_bytes(256, "big")
        return block[1:21], block[21:]


def tl_string(data):
    """Write bytes as TL does: with their length, and padded to four."""
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)
