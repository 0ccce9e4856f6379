"""What is known by its form alone: addresses, links, phone numbers and handles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from support.risk import addresses
from support.risk.addresses import Span
from support.risk.folding import Reading, View

# Endings that people put behind a dot; of others a link needs its scheme.
ENDINGS = (
    "com|net|org|io|me|app|xyz|info|biz|co|cc|cn|ru|vip|top|site|online|shop|live|pro|club|link|"
    "click|finance|exchange|wallet|win|gg|ly|tv|dev|ai|id|hk|sg|uk|us|eu|de|fr|in|jp|kr|tw|vn|th"
)
LINK = re.compile(
    r"(?:https?|tg|ftp) ?: ?/ ?/ ?[^\s<>]{3,200}"
    rf"|(?<![a-z0-9@.-])(?:[a-z0-9-]{{1,63}}\.){{1,9}}(?:{ENDINGS})(?![a-z0-9-])(?:/[^\s<>]{{0,200}})?"
)
HANDLE = re.compile(r"(?<![\w@.])@[a-z][a-z0-9_]{3,31}|(?<!\w)(?:t|telegram)\.me/\+?\w{4,40}")
PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9](?:[ ().-]{0,2}\d){7,14}(?!\w)"
    r"|(?<!\w)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\w)"
    r"|(?<!\w)\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\w)"
)
WRITTEN = {"link": LINK, "handle": HANDLE, "phone": PHONE}
SUMMED = {"trc20": addresses.TRON, "btc": addresses.BITCOIN}


def found(name: str, reading: Reading) -> Iterator[tuple[View, Span]]:
    """Yield where a reading has this shape: the view it is met in, and the span there."""
    if name in WRITTEN:
        for one in WRITTEN[name].finditer(reading.words.text):
            yield reading.words, one.span()
    elif name == "erc20":
        yield from _erc20(reading)
    else:
        yield from checked(name, reading.cased, reading.squeezed)


def checked(name: str, cased: View, squeezed: View) -> Iterator[tuple[View, Span]]:
    """Yield where there are addresses whose checksum is right."""
    for span in addresses.base58(cased.text, SUMMED.get(name, ())):
        yield cased, span
    if name == "btc":
        for span in addresses.segwit(squeezed.text):
            yield squeezed, span


def _erc20(reading: Reading) -> Iterator[tuple[View, Span]]:
    """Yield the addresses that are not the beginning of a hash written in one go."""
    words, squeezed = reading.words, reading.squeezed
    hashes = [(words.at[start], words.at[end - 1]) for start, end in addresses.hashes(words.text)]
    for start, end in addresses.erc20(squeezed.text):
        begins, last = squeezed.at[start], squeezed.at[end - 1]
        if not any(first <= begins and last <= final for first, final in hashes):
            yield squeezed, (start, end)
