"""The audit log: every event is linked into a chain that shows any later change."""

from support.audit.chain import START, Sealed, chained, digest
from support.audit.erasing import erase
from support.audit.heads import keep, name
from support.audit.seal import BATCH, State, is_waiting, seal, state
from support.audit.verify import Found, verify

__all__ = [
    "BATCH",
    "START",
    "Found",
    "Sealed",
    "State",
    "chained",
    "digest",
    "erase",
    "is_waiting",
    "keep",
    "name",
    "seal",
    "state",
    "verify",
]
