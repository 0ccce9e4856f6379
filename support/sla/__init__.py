"""SLA: what a project promises its customers, and how each promise stands.

The verbs that change a conversation tell its clocks, in the same transaction.
"""

from support.sla.acceptances import accepted, landed, moved_on
from support.sla.moves import closed, handed_over, lowered, raised, reopened, rested
from support.sla.responses import not_needed, received, refused, replied

__all__ = [
    "accepted",
    "closed",
    "handed_over",
    "landed",
    "lowered",
    "moved_on",
    "not_needed",
    "raised",
    "received",
    "refused",
    "reopened",
    "replied",
    "rested",
]
