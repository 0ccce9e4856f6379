"""Files that an agent attaches: stored under random names, pictures drawn anew for preview."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import PurePosixPath

from flask import current_app
from werkzeug.datastructures import FileStorage

from support import pictures
from support.messages import Upload
from support.messages.reply import FILES_LIMIT
from support.refusals import TooManyFiles
from support.store import PHOTO_LIMIT, Store
from support.views.asked import one_line

PHOTOS = ("JPEG", "PNG", "WEBP")


@contextmanager
def stored(files: Iterable[FileStorage]) -> Generator[tuple[Upload, ...]]:
    """Keep files in the store; when the reply is refused, nothing of them stays behind."""
    kept: list[Upload] = []
    chosen = [file for file in files if file.filename]
    if len(chosen) > FILES_LIMIT:
        raise TooManyFiles(limit=FILES_LIMIT)
    try:
        kept.extend(_kept(file) for file in chosen)
        yield tuple(kept)
    except BaseException:
        forget(kept)
        raise


def _kept(file: FileStorage) -> Upload:
    settings = current_app.config["SETTINGS"]
    name = file_name(file)
    path, size = store().keep(file.stream, name=name, limit_mb=settings.max_upload_mb)
    picture, preview = _preview(path) if size <= PHOTO_LIMIT else (None, None)
    is_photo = picture is not None and picture.kind in PHOTOS
    return Upload(
        path=path,
        file_name=name,
        mime=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=size,
        kind="photo" if is_photo else "document",
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        preview=preview,
    )


def _preview(path: str) -> tuple[pictures.Picture | None, str | None]:
    preview = store().new_path()
    picture = pictures.preview(store().full(path), store().full(preview))
    return (picture, preview) if picture else (None, None)


def forget(uploads: Iterable[Upload]) -> None:
    """Throw files away that belong to no message."""
    for upload in uploads:
        for path in (upload.path, upload.preview):
            if path is not None:
                store().full(path).unlink(missing_ok=True)


def file_name(file: FileStorage) -> str:
    """Return the last part of a file's name, as the browser gave it."""
    given = one_line(file.filename or "").replace("\\", "/")
    return PurePosixPath(given).name[:200] or "file"


def store() -> Store:
    """Return the media folder of this installation."""
    return Store(current_app.config["SETTINGS"].data)


def fresh_key() -> str:
    """Return a key that no other click has."""
    return secrets.token_hex(16)
