"""Internal control: what agents send is checked for what needs care, however it is disguised.

A hit is an outcome that the verb returns and its door commits, cancelled ones too.
"""

from support.risk import attempts
from support.risk.attempts import cancel, due, expire, renew
from support.risk.eyes import approvers
from support.risk.findings import Part, digest
from support.risk.gate import check
from support.risk.incoming import flagged
from support.risk.leaving import caught, unfit
from support.risk.lists import matcher, restamp
from support.risk.matcher import Found, Matcher, Rule
from support.risk.needles import is_findable
from support.risk.parts import parts_of

__all__ = [
    "Found",
    "Matcher",
    "Part",
    "Rule",
    "approvers",
    "attempts",
    "cancel",
    "caught",
    "check",
    "digest",
    "due",
    "expire",
    "flagged",
    "is_findable",
    "matcher",
    "parts_of",
    "renew",
    "restamp",
    "unfit",
]
