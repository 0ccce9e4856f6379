"""Escalation: a move upward, with its reason, its note, its tier, and its acceptance.

What is escalated comes to members of the target group alone, or waits in its queue.
"""

from support.escalation.acceptance import accept, give_back, lapse, late
from support.escalation.tiers import TIERS, higher, lower_tier, raise_tier
from support.escalation.upward import Account, alert_waiting, automatic, escalate, overdue

__all__ = [
    "TIERS",
    "Account",
    "accept",
    "alert_waiting",
    "automatic",
    "escalate",
    "give_back",
    "higher",
    "lapse",
    "late",
    "lower_tier",
    "overdue",
    "raise_tier",
]
