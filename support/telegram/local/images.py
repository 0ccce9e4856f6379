"""What kind of picture a file is, and how large, read from its first bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class Picture(NamedTuple):
    mime: str
    width: int
    height: int


def look(path: Path) -> Picture | None:
    """What a JPEG, PNG, GIF or WebP says of itself; None for anything else."""
    with path.open("rb") as file:
        head = file.read(256 * 1024)
    try:
        return _look(head)
    except IndexError:
        return None


def _look(head: bytes) -> Picture | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture("image/png", _big(head[16:20]), _big(head[20:24]))
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Picture("image/gif", _little(head[6:8]), _little(head[8:10]))
    if head.startswith(b"\xff\xd8"):
        size = next(_jpeg(head), None)
        return size and Picture("image/jpeg", *size)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Picture("image/webp", *_webp(head))
    return None


def _jpeg(head: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while head[at] == 0xFF:
        if head[at + 1] in FRAMES:
            yield _big(head[at + 7 : at + 9]), _big(head[at + 5 : at + 7])
        at += 2 + _big(head[at + 2 : at + 4])


def _webp(head: bytes) -> tuple[int, int]:
    if head[12:16] == b"VP8X":
        return 1 + _little(head[24:27]), 1 + _little(head[27:30])
    if head[12:16] == b"VP8L":
        bits = _little(head[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
