"""SLA: what a project promises its customers, and how each promise stands.

The verbs that change a conversation tell its clocks, in the same transaction.
"""

from support.sla.acceptances import accepted, landed, moved_on
from support.sla.applying import under_way
from support.sla.moves import closed, handed_over, lowered, raised, reopened, rested
from support.sla.policies import first_due
from support.sla.responses import not_needed, received, refused, replied
from support.sla.waivers import waive
from support.sla.watch import BATCH, Call, look, to_look

__all__ = [
    "BATCH",
    "Call",
    "accepted",
    "closed",
    "first_due",
    "handed_over",
    "landed",
    "look",
    "lowered",
    "moved_on",
    "not_needed",
    "raised",
    "received",
    "refused",
    "reopened",
    "replied",
    "rested",
    "to_look",
    "under_way",
    "waive",
]
