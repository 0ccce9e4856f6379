"""Transfer: one conversation moves from a desk to another, and the old desk goes dark.

A move upward is an escalation, whichever button was pressed: it is refused here.
"""

from support.transfer.moving import Move, make
from support.transfer.rules import (
    commands,
    group_for,
    refuse_upward,
    require_fit,
    require_group,
    upward,
)
from support.transfer.verbs import takeover, transfer

__all__ = [
    "Move",
    "commands",
    "group_for",
    "make",
    "refuse_upward",
    "require_fit",
    "require_group",
    "takeover",
    "transfer",
    "upward",
]
