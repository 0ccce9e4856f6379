"""What a password must be."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from support.refusals import PasswordCommon, PasswordTooShort

PASSWORD_LEAST = 12
COMMON = Path(__file__).with_name("common_passwords.txt")


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
