"""The digests of the chain: of one event, and of everything up to a link.

Every text in an event's `data` enters as `SHA-256(salt + text)`, or, erased, as the digest that
stands in its place; all else enters as it is, written as JSON in one way. So a text can be
erased and the digest of its event stays what it was.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

ERASED = "erased"
START = "0" * 64
_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


class Sealed(NamedTuple):
    """What of an event is sealed, in the order of its columns."""

    id: int
    kind: str
    at: datetime
    by_id: int | None
    project_id: int | None
    customer_id: int | None
    conversation_id: int | None
    seq: int | None
    address: str
    salt: str | None
    data: Any


def digest(event: Sealed) -> str:
    """Return the digest of an event, the same before and after its texts are erased."""
    *facts, salt, data = event
    facts[2] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_written([*facts, hidden(data, salt)]).encode()).hexdigest()


def hidden(value: Any, salt: str | None) -> Any:
    """Return data with each text replaced by its digest."""
    if isinstance(value, str):
        return hashlib.sha256(f"{salt or ''}{value}".encode()).hexdigest()
    if isinstance(value, dict):
        if is_erased(value, salt):
            return value[ERASED]
        return {key: hidden(one, salt) for key, one in value.items()}
    return [hidden(one, salt) for one in value] if isinstance(value, list) else value


def erased(value: Any, salt: str) -> Any:
    """Return data in which only digests are left of the texts."""
    if isinstance(value, str):
        return {ERASED: hidden(value, salt)}
    if isinstance(value, dict):
        return {key: erased(one, salt) for key, one in value.items()}
    return [erased(one, salt) for one in value] if isinstance(value, list) else value


def is_erased(value: dict[str, Any], salt: str | None) -> bool:
    """Whether this stands where a text was: only an event without its salt has such."""
    return salt is None and value.keys() == {ERASED}


def chained(before: str, digest_: str, number: int) -> str:
    """Return the chain's value after a link: over all links before it, this one and its number."""
    return hashlib.sha256(f"{before}{digest_}{number}".encode()).hexdigest()
