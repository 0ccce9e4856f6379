"""Routing: who is given a conversation, out of which candidates, and why.

Driven by what happens: a message, somebody coming online, room, members, opening hours. What
an event did not reach is found by the sweep (`support.sweeps`).
"""

from support.routing.fallback import dissolve, fall_back, lying, overdue, pick_up
from support.routing.line import grasp, groups_waiting
from support.routing.losing import left, lose_late, lose_left, lose_silent, silent
from support.routing.moves import moved_by_itself
from support.routing.placing import drain, route
from support.routing.simulation import Answer, Outlook, asked, outlook, simulate

__all__ = [
    "Answer",
    "Outlook",
    "asked",
    "dissolve",
    "drain",
    "fall_back",
    "grasp",
    "groups_waiting",
    "left",
    "lose_late",
    "lose_left",
    "lose_silent",
    "lying",
    "moved_by_itself",
    "outlook",
    "overdue",
    "pick_up",
    "route",
    "silent",
    "simulate",
]
