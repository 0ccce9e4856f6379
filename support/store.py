"""Files: kept under random names, outside the web's reach, never trusted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support.refusals import FileEmpty, FileTooLarge

CHUNK = 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024


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

        Refuses an empty file and one over the limit, of which nothing stays behind.
        """
        path = self.new_path()
        size = self._copy(stream, self.full(path), limit_mb * CHUNK)
        if 0 < size <= limit_mb * CHUNK:
            return path, size
        self.full(path).unlink()
        if size:
            raise FileTooLarge(limit=limit_mb)
        raise FileEmpty(name=name)

    def _copy(self, stream: IO[bytes], target: Path, limit: int) -> int:
        size = 0
        with target.open("xb") as file:
            while (chunk := stream.read(CHUNK)) and size <= limit:
                file.write(chunk)
                size += len(chunk)
        return size
