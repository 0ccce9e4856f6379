"""Files on disk: the parts a bot uploads, whole files, and the pieces of them it downloads."""

import asyncio
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from support.telegram.local.refusals import Refusal, Unknown
from support.telegram.local.store import Row, Store

LARGEST_PART = 512 * 1024
LARGEST_PIECE = 1024 * 1024
STEP = 4096
MOST_PARTS = 8000
PARTS_SECONDS = 24 * 3600


class Files:
    def __init__(self, folder: Path, store: Store) -> None:
        self._store = store
        self._whole = folder / "files"
        self._parts = folder / "parts"
        for part in (self._whole, self._parts):
            part.mkdir(parents=True, exist_ok=True)
        self._forget_old_parts(time.time() - PARTS_SECONDS)

    def path(self, row: Row) -> Path:
        return self._whole / str(row["id"])

    def find(self, file: int) -> Row:
        row = self._store.one("SELECT * FROM files WHERE id = ?", file)
        if row is None:
            raise Unknown(f"There is no file {file}.")
        return row

    def fresh(self) -> Path:
        """A place for a file that is still arriving."""
        return self._parts / secrets.token_hex(8)

    def adopt(self, arrived: Path, *, kind: str, name: str, mime: str) -> Row:
        """Makes an arrived file one of ours; the file is in place before its row is."""
        file = secrets.randbits(62) | 1
        size = arrived.stat().st_size
        arrived.replace(self._whole / str(file))
        self._store.run(
            "INSERT INTO files (id, access_hash, kind, name, mime, size) VALUES (?, ?, ?, ?, ?, ?)",
            *(file, secrets.randbits(63) | 1, kind, name, mime, size),
        )
        return self.find(file)

    def save_part(self, bot: int, upload: int, part: int, data: bytes) -> None:
        if not 0 <= part < MOST_PARTS:
            raise Refusal(400, "FILE_PART_INVALID")
        if not 0 < len(data) <= LARGEST_PART:
            raise Refusal(400, "FILE_PART_SIZE_INVALID")
        folder = self._parts / f"{bot}-{upload}"
        folder.mkdir(exist_ok=True)
        arriving = folder / f"{part}.new"
        arriving.write_bytes(data)
        arriving.replace(folder / str(part))

    async def assemble(self, bot: int, upload: int, parts: int) -> Path:
        """Joins the parts of an upload, away from the loop: they may be gigabytes."""
        folder = self._parts / f"{bot}-{upload}"
        if not 0 < parts <= MOST_PARTS:
            raise Refusal(400, "FILE_PARTS_INVALID")
        pieces = [folder / str(part) for part in range(parts)]
        for number, piece in enumerate(pieces):
            if not piece.exists():
                raise Refusal(400, f"FILE_PART_{number}_MISSING")
        target = self.fresh()
        await asyncio.to_thread(_join, pieces, target)
        return target

    async def forget_parts(self, bot: int, upload: int) -> None:
        folder = self._parts / f"{bot}-{upload}"
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _forget_old_parts(self, oldest: float) -> None:
        """Removes what arrived in part and was never sent, as after a crash."""
        for left in self._parts.iterdir():
            if left.stat().st_mtime < oldest:
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def piece(self, row: Row, offset: int, limit: int) -> bytes:
        """A piece of a file, under the rules of upload.getFile."""
        if offset < 0 or offset % STEP:
            raise Refusal(400, "OFFSET_INVALID")
        if not 0 < limit <= LARGEST_PIECE or limit % STEP:
            raise Refusal(400, "LIMIT_INVALID")
        with self.path(row).open("rb") as file:
            file.seek(offset)
            return file.read(limit)


def _join(pieces: Iterable[Path], target: Path) -> None:
    with target.open("wb") as whole:
        for piece in pieces:
            with piece.open("rb") as part:
                shutil.copyfileobj(part, whole)
