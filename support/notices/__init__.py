"""Notices: how a colleague is called when a promise is due, and when he is left in peace."""

from support.notices.heads import tell_head
from support.notices.links import Account, Place, end_link, linked, new_code, places, redeem
from support.notices.outgoing import LOAD, accepted, failed, fits, held, reaches, waiting
from support.notices.quiet import ends_at, of, save, save_quiet
from support.notices.telling import Called, resting, sum_up, tell
from support.notices.words import AWAY, DUE, LATE, left

__all__ = [
    "AWAY",
    "DUE",
    "LATE",
    "LOAD",
    "Account",
    "Called",
    "Place",
    "accepted",
    "end_link",
    "ends_at",
    "failed",
    "fits",
    "held",
    "left",
    "linked",
    "new_code",
    "of",
    "places",
    "reaches",
    "redeem",
    "resting",
    "save",
    "save_quiet",
    "sum_up",
    "tell",
    "tell_head",
    "waiting",
]
