"""Secrets at rest: sealed with a key that is not in the database."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet


@cache
def _box(data: Path) -> MultiFernet:
    keys = kept(data / "sealing_keys", Fernet.generate_key().decode())
    return MultiFernet([Fernet(key) for key in keys.split()])


def kept(path: Path, fresh: str) -> str:
    """Return what this file keeps, or `fresh` after keeping it, readable by its owner alone.

    Processes that start together agree on one content: it is linked into place whole.
    """
    if not path.exists():
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(fresh + "\n")
        with suppress(FileExistsError):
            os.link(temporary, path)
        Path(temporary).unlink()
    return path.read_text()


def seal(data: Path, secret: bytes) -> str:
    """Encrypt a secret for the database."""
    return _box(data).encrypt(secret).decode()


def unseal(data: Path, sealed: str) -> bytes:
    """Decrypt a secret of the database; raise `cryptography.fernet.InvalidToken` if altered."""
    return _box(data).decrypt(sealed.encode())
