"""Internal control: what agents send is checked for the words that need care before it leaves.

A hit is an outcome that the verb returns and its door commits, cancelled ones too.
"""

from support.risk.approvers import approvers
from support.risk.attempts import cancel, due, expire
from support.risk.findings import Part
from support.risk.gate import check
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
    "cancel",
    "check",
    "due",
    "expire",
    "is_findable",
    "matcher",
    "parts_of",
    "restamp",
]
