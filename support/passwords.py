"""What a password must be, and how it is kept and compared: slowly, and holding nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from support.db import db
from support.refusals import PasswordCommon, PasswordTooShort, TooManyRequests

PASSWORD_LEAST = 12
COMMON = Path(__file__).with_name("common_passwords.txt")

# One hash takes 64 MB and a core: more at a time only take memory from the pages.
HASHES_AT_ONCE = 3
HASH_WAIT = 10.0  # seconds

Hash = NewType("Hash", str)
hasher = PasswordHasher()
_hashing = BoundedSemaphore(HASHES_AT_ONCE)


@cache
def common() -> frozenset[str]:
    """Return the passwords that attackers try first."""
    return frozenset(COMMON.read_text().split())


def checked_password(password: str) -> str:
    """Return the password; refuse a short one and one of the list of common ones."""
    if len(password) < PASSWORD_LEAST:
        raise PasswordTooShort(limit=PASSWORD_LEAST)
    if password.casefold() in common():
        raise PasswordCommon
    return password


def hashed(password: str) -> Hash:
    """Return what the database keeps of a password; refuse a bad one.

    Doors begin with it: it ends the transaction that has read until here, since hashing takes
    long and must hold neither a lock nor a connection. Verbs take its result.
    """
    checked_password(password)
    db.session.rollback()
    with _turn():
        return Hash(hasher.hash(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password that was kept; without one the answer takes the same time."""
    with _turn():
        try:
            return hasher.verify(kept or _nobodys(), password)
        except (Argon2Error, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return hasher.hash("nobody has this address")


@contextmanager
def _turn() -> Generator[None]:
    """Wait for a place among the few that may hash; a crowd is told to come again."""
    if not _hashing.acquire(timeout=HASH_WAIT):
        raise TooManyRequests
    try:
        yield
    finally:
        _hashing.release()
