"""Addresses by shape: the examples of those who defined them, and what only resembles them."""

import random
from hashlib import sha256

import pytest

from support.risk import addresses
from support.risk.folding import read

# BIP 173 and BIP 350: valid for Bitcoin, of 20 or 32 bytes.
SEGWIT = (
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
)
# The same lists, of what is wrong: the other constant, another network, a broken checksum.
NO_SEGWIT = (
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
    "bc1s0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq54well",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
)


def base58check(version, payload):
    """Encode as Bitcoin does, one digit after another: slow, and nothing of ours."""
    raw = bytes([version]) + payload
    raw += sha256(sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = addresses.BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def whole(text, kind):
    """Tell what all of a text is taken for."""
    return [version for version, span in addresses.base58(text) if span == (0, len(text))] == kind


@pytest.mark.parametrize("version", [0x41, 0x00, 0x05])
def test_every_address_is_recognised(version):
    draw = random.Random(version)
    for _ in range(2_000):
        assert whole(base58check(version, draw.randbytes(20)), [version])


def test_addresses_of_many_empty_bytes_are_recognised():
    draw = random.Random(3)
    for empty in range(1, 20):
        address = base58check(0, bytes(empty) + draw.randbytes(20 - empty))
        assert whole(address, [0]), address
    assert whole("1111111111111111111114oLvT2", [0])


@pytest.mark.parametrize("version", [0x6F, 0xC4, 0x1E, 0x42])
def test_those_of_other_chains_are_not(version):
    draw = random.Random(version)
    for _ in range(300):
        assert list(addresses.base58(base58check(version, draw.randbytes(20)))) == []


def test_strings_of_the_same_letters_are_not():
    """Of 2 in 4,294,967,296 the checksum is right by chance."""
    draw = random.Random(1)
    texts = ("T" + "".join(draw.choices(addresses.BASE58, k=33)) for _ in range(20_000))
    assert not any(list(addresses.base58(text)) for text in texts)


@pytest.mark.parametrize("text", SEGWIT)
def test_segwit(text):
    assert list(addresses.segwit(read(text).squeezed.text)) == [(0, len(text))]


@pytest.mark.parametrize("text", NO_SEGWIT)
def test_no_segwit(text):
    assert list(addresses.segwit(read(text).squeezed.text)) == []


def test_every_single_change_of_a_segwit_address_is_noticed():
    good = read(SEGWIT[1]).squeezed.text
    for place in range(3, len(good)):
        for letter in set(addresses.BECH32) - {good[place]}:
            changed = good[:place] + letter + good[place + 1 :]
            assert list(addresses.segwit(changed)) == []


def test_an_address_is_found_within_other_letters():
    address = base58check(0x41, bytes(range(20)))
    text = f"xxT1{address}T13yyy{address}"
    assert [span for _, span in addresses.base58(text)] == [(4, 38), (44, 78)]


def test_a_text_full_of_beginnings_counts_as_an_address():
    draw = random.Random(13)
    text = "".join(draw.choices("13", k=4_096))
    assert {version for version, _ in addresses.base58(text)} == set(addresses.VERSIONS)
