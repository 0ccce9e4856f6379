"""Addresses by their shape: certain where a checksum says so.

Base58Check as in Bitcoin's (version 0x00, 0x05) and TRON's (0x41) addresses; bech32 and bech32m
as in BIP 173 and BIP 350; ERC20 is `0x` and 40 hexadecimal digits, whose checksum is optional.
All take views of folding.py, and cost about the same per sign whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import accumulate

Span = tuple[int, int]

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
VALUE58 = {letter: number for number, letter in enumerate(BASE58)}
# Not in that alphabet, because they look like others: read as what they look like.
READ58 = str.maketrans("lI0O", "11oo")
SIZE = 34  # most are as long; none is longer
LEAST = 26
POWERS = [58**n for n in range(SIZE + 1)]
FIRST_SIGN = re.compile("[T13]")
TRON, BITCOIN = (0x41,), (0x00, 0x05)
# Fewer capitals and digits than this has one real address in a million.
LEAST_MIXED = 6

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua71"  # its l is written 1, as folding.py squeezes it
VALUE32 = {letter: number for number, letter in enumerate(BECH32)}
SEGWIT = re.compile(rf"bc1([{BECH32}]{{39,59}})")
SEGWIT_LENGTHS = (39, 59)
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
PREFIX = (3, 3, 0, 2, 3)  # "bc" expanded
BECH32_RESIDUE, BECH32M_RESIDUE = 1, 0x2BC830A3

ERC20 = re.compile("0x[0-9a-f]{40}")
# So many digits in one go are a transaction or a block.
HASH = re.compile("(?<![0-9a-f])(?:0x)?[0-9a-f]{64}")


def base58(cased: str, versions: Sequence[int]) -> Iterator[Span]:
    """Yield where a view with its case kept has addresses of these versions."""
    text = cased.translate(READ58)
    starts = _candidates(text)
    if not starts:
        return
    numbers = _numbers(text)
    for start in starts:
        for length in _lengths(text, start):
            number = numbers[start] // POWERS[SIZE - length]
            if number >> 192 in versions and start + length <= len(text) and _is_checked(number):
                yield start, start + length


def _candidates(text: str) -> list[int]:
    """Return where an address might begin: what follows is no prose."""
    mixed = [0, *accumulate(not sign.islower() for sign in text)]
    last = len(text)
    found = (one.start() for one in FIRST_SIGN.finditer(text, 0, max(0, last - LEAST + 1)))
    return [at for at in found if mixed[min(at + SIZE, last)] - mixed[at] >= LEAST_MIXED]


def _numbers(text: str) -> list[int]:
    """Return, for each place, the number that the 34 signs from there on stand for."""
    values = [VALUE58[sign] for sign in text] + [0] * SIZE
    number = 0
    for value in values[:SIZE]:
        number = number * 58 + value
    numbers = [number]
    for gone, value in zip(values, values[SIZE:], strict=False):
        number = (number - gone * POWERS[SIZE - 1]) * 58 + value
        numbers.append(number)
    return numbers


def _lengths(text: str, start: int) -> Sequence[int]:
    """Return how long an address from here on can be: each leading 1 is a byte of nothing."""
    if text[start] != "1":
        return (SIZE,)
    part = text[start : start + SIZE]
    return LENGTHS[min(len(part) - len(part.lstrip("1")), 24)]


def _possible(ones: int) -> list[int]:
    """Return the lengths of 25 bytes that begin with so many empty ones."""
    least, most = 1 << 8 * (24 - ones), (1 << 8 * (25 - ones)) - 1
    return [ones + length for length in range(1, SIZE + 1 - ones) if _fits(length, least, most)]


def _fits(length: int, least: int, most: int) -> bool:
    return POWERS[length] > least and POWERS[length - 1] <= most


LENGTHS = [[], *(_possible(ones) for ones in range(1, 25))]


def _is_checked(number: int) -> bool:
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def segwit(squeezed: str) -> Iterator[Span]:
    """Yield where a squeezed view has Bitcoin addresses that begin with bc1."""
    for one in SEGWIT.finditer(squeezed):
        values = [VALUE32[sign] for sign in one[1]]
        wanted = BECH32M_RESIDUE if values[0] else BECH32_RESIDUE
        for length, residue in enumerate(accumulate(values, _step, initial=SEED)):
            if length in SEGWIT_LENGTHS and residue == wanted:
                yield one.start(), one.start() + 3 + length


def _step(state: int, value: int) -> int:
    """Take one more value into the checksum of BIP 173."""
    top = state >> 25
    state = (state & 0x1FFFFFF) << 5 ^ value
    for bit, generator in enumerate(GENERATOR):
        if top >> bit & 1:
            state ^= generator
    return state


*_, SEED = accumulate(PREFIX, _step, initial=1)


def erc20(squeezed: str) -> Iterator[Span]:
    """Yield where a squeezed view has ERC20 addresses, or what begins like one."""
    return (one.span() for one in ERC20.finditer(squeezed))


def hashes(words: str) -> list[Span]:
    """Return where a text in one case has the hash of a transaction or of a block."""
    return [one.span() for one in HASH.finditer(words)]
