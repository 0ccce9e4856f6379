"""Files: kept under random names, outside the web's reach, never trusted."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support.refusals import FileEmpty, FileTooLarge

CHUNK = 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
ROOM_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Store:
    """The media folder of an installation."""

    data: Path

    def new_path(self) -> str:
        """Return a fresh random name, two letters of it as the folder."""
        name = secrets.token_hex(16)
        (self.data / "media" / name[:2]).mkdir(parents=True, exist_ok=True, mode=0o700)
        return f"{name[:2]}/{name}"

    def full(self, path: str) -> Path:
        """Return where a stored file lies."""
        return self.data / "media" / path

    def keep(self, stream: IO[bytes], *, name: str, limit_mb: int) -> tuple[str, int]:
        """Write a stream to a new file; return its path and size in bytes.

        Refuses an empty file and one over the limit; nothing stays behind of what failed.
        """
        path = self.new_path()
        try:
            size = self._copy(stream, self.full(path), limit_mb * CHUNK)
            _check(size, name, limit_mb)
        except BaseException:  # a full disk, too
            self.full(path).unlink(missing_ok=True)
            raise
        return path, size

    def has_room(self) -> bool:
        """Whether the disk has room for what nobody has asked for."""
        disk = shutil.disk_usage(self.data)
        return disk.free > min(ROOM_BYTES, disk.total // 20)

    def _copy(self, stream: IO[bytes], target: Path, limit: int) -> int:
        size = 0
        with target.open("xb") as file:
            while (chunk := stream.read(CHUNK)) and size <= limit:
                file.write(chunk)
                size += len(chunk)
        return size


def _check(size: int, name: str, limit_mb: int) -> None:
    if not size:
        raise FileEmpty(name=name)
    if size > limit_mb * CHUNK:
        raise FileTooLarge(limit=limit_mb)
