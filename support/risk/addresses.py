"""Addresses by their shape: certain where a checksum says so.

Base58Check as in Bitcoin's (version 0x00, 0x05) and TRON's (0x41) addresses; bech32 and bech32m
as in BIP 173 and BIP 350; ERC20 is `0x` and 40 hexadecimal digits, whose checksum is optional.
All take views of folding.py, and cost about the same per sign whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import accumulate
from string import ascii_uppercase, digits

Span = tuple[int, int]
Versioned = tuple[int, Span]

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
VALUE58 = {letter: number for number, letter in enumerate(BASE58)}
# Not in that alphabet, because they look like others: read as what they look like.
READ58 = str.maketrans("lI0O", "11oo")
SIZE = 34  # most are as long; none is longer
LEAST = 26
POWERS = [58**n for n in range(SIZE + 1)]
# How numbers of 34 signs begin that have the version of an address; a 1 may go on in any way.
BEGINNING = re.compile("T[9A-Z]|3[1-9A-R]|1")
VERSIONS = {0x41: "trc20", 0x00: "btc", 0x05: "btc"}
MIXED = bytes(chr(code) in ascii_uppercase + digits for code in range(256))
# Fewer capitals and digits than this has one real address in a million.
LEAST_MIXED = 6
# What might be so many addresses was written to keep the check busy: it counts as all of them.
MOST_CHECKS = 1_000

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


def base58(cased: str, places: Callable[[int], bool] | None = None) -> Iterator[Versioned]:
    """Yield the version and the place of each address in a view with its case kept.

    `places` says where one may begin; without it, anywhere.
    """
    text = cased.translate(READ58)
    starts = list(filter(places, _candidates(cased, text))) if places else _candidates(cased, text)
    for count, (version, span, number) in enumerate(_windows(text, starts)):
        if count == MOST_CHECKS:
            yield from ((one, span) for one in VERSIONS)
            return
        if _is_checked(number):
            yield version, span


def _windows(text: str, starts: list[int]) -> Iterator[tuple[int, Span, int]]:
    """Yield what has the length and the version of an address, and the number it stands for."""
    for start, number in _numbers(text, starts):
        for length in _lengths(text, start):
            cut = number // POWERS[SIZE - length]
            if cut >> 192 in VERSIONS and start + length <= len(text):
                yield cut >> 192, (start, start + length), cut


def _candidates(cased: str, text: str) -> list[int]:
    """Return where an address might begin: what follows is no prose."""
    mixed = cased.encode().translate(MIXED)
    places = (one.start() for one in BEGINNING.finditer(text, 0, max(0, len(text) - LEAST + 1)))
    return [place for place in places if mixed.count(1, place, place + SIZE) >= LEAST_MIXED]


def _numbers(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield, for each of these places, the number that the 34 signs from there on stand for."""
    padded = text + BASE58[0] * SIZE
    last, number = -SIZE, 0
    for start in starts:
        if start - last >= SIZE:
            number = _number(padded[start : start + SIZE])
        else:  # from the place before: a text full of beginnings costs no more per sign
            for gone, come in zip(
                padded[last:start], padded[last + SIZE : start + SIZE], strict=True
            ):
                number = (number - VALUE58[gone] * POWERS[SIZE - 1]) * 58 + VALUE58[come]
        last = start
        yield start, number


def _number(text: str) -> int:
    number = 0
    for sign in text:
        number = number * 58 + VALUE58[sign]
    return number


def _lengths(text: str, start: int) -> Sequence[int]:
    """Return how long an address from here on can be: each leading 1 is a byte of nothing."""
    if text[start] != "1":
        return (SIZE,)
    part = text[start : start + SIZE]
    return LENGTHS.get(len(part) - len(part.lstrip("1")), ())


def _possible(ones: int) -> list[int]:
    """Return the lengths of 25 bytes that begin with so many empty ones."""
    least, most = 1 << 8 * (24 - ones), (1 << 8 * (25 - ones)) - 1
    return [ones + length for length in range(1, SIZE + 1 - ones) if _fits(length, least, most)]


def _fits(length: int, least: int, most: int) -> bool:
    return POWERS[length] > least and POWERS[length - 1] <= most


LENGTHS = {ones: _possible(ones) for ones in range(1, 25)}


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
