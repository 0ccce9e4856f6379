"""Groups: who takes conversations together, in which order, and who stands behind them.

A group above the frontline has chosen agents, and its fallback is of its level or higher:
what was escalated never comes to somebody whom nobody meant.
"""

from support.groups.changes import (
    LEVELS,
    change,
    create,
    look_again,
    offer,
    remove,
    running_in,
    set_members,
)
from support.groups.members import (
    agents_of,
    chosen_ids,
    fit,
    is_member,
    may_take,
    own_groups,
)
from support.groups.rules import chain, frontline, in_project, keep, levels_above

__all__ = [
    "LEVELS",
    "agents_of",
    "chain",
    "change",
    "chosen_ids",
    "create",
    "fit",
    "frontline",
    "in_project",
    "is_member",
    "keep",
    "levels_above",
    "look_again",
    "may_take",
    "offer",
    "own_groups",
    "remove",
    "running_in",
    "set_members",
]
