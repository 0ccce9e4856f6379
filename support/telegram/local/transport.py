"""Frames on a TCP connection: Telegram's abridged transport, and the intermediate one."""

import asyncio

ABRIDGED = 0xEF
INTERMEDIATE = b"\xee\xee\xee\xee"
LARGEST = 4 * 1024 * 1024


class BadFrame(Exception):
    """The peer speaks no transport we know, or sends a frame beyond all measure."""


class Pipe:
    """One TCP connection, cut into frames in the way its first bytes announce."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._abridged = True

    async def greet(self) -> None:
        first = await self._reader.readexactly(1)
        if first[0] == ABRIDGED:
            return
        if first + await self._reader.readexactly(3) != INTERMEDIATE:
            raise BadFrame("unknown transport")
        self._abridged = False

    async def read(self) -> bytes:
        size = await (self._abridged_size() if self._abridged else self._intermediate_size())
        if not 0 < size <= LARGEST:
            raise BadFrame(f"a frame of {size} bytes")
        return await self._reader.readexactly(size)

    def write(self, frame: bytes) -> None:
        self._writer.write(self._header(len(frame)) + frame)

    async def drain(self) -> None:
        await self._writer.drain()

    def close(self) -> None:
        """Drops the connection at once, as a cut cable would."""
        self._writer.transport.abort()

    def _header(self, size: int) -> bytes:
        if not self._abridged:
            return size.to_bytes(4, "little")
        words = size // 4
        return bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")

    async def _abridged_size(self) -> int:
        # The high bit asks for a quick acknowledgement, which no client of ours needs.
        words = (await self._reader.readexactly(1))[0] & 0x7F
        if words == 0x7F:
            words = int.from_bytes(await self._reader.readexactly(3), "little")
        return words * 4

    async def _intermediate_size(self) -> int:
        return int.from_bytes(await self._reader.readexactly(4), "little")
