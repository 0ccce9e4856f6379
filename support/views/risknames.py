"""The words for what internal control knows: kinds, shapes, what a group does, how it ended."""

from __future__ import annotations

from support.refusals import N_

# Those that are typed, a line each; shapes are ticked.
ADDED = ("word", "address", "fragment")
KINDS = {
    "word": N_("Words"),
    "address": N_("Full addresses"),
    "fragment": N_("Parts of addresses"),
    "shape": N_("Shapes"),
    "lookalike": N_("Look-alike"),
    "direction": N_("Hidden direction"),
}
KIND_HINTS = {
    "word": N_("Words and phrases in any language; capitals and disguises make no difference."),
    "address": N_("Whole addresses, found also when they are taken apart."),
    "fragment": N_("Part of an address, such as T9yD: capitals count."),
}
SHAPES = {
    "trc20": N_("Any TRC20 address (TRON)"),
    "btc": N_("Any Bitcoin address"),
    "erc20": N_("Any ERC20 address (Ethereum)"),
    "link": N_("Any link"),
    "phone": N_("Any telephone number"),
    "handle": N_("Any @handle of Telegram"),
}
STOP_NAMES = {
    "confirm": N_("The agent is asked once more"),
    "approve": N_("A second supervisor approves"),
    "block": N_("Nothing is sent"),
}
STOP_HINTS = {
    "confirm": N_("A dialog shows the word; sending anyway needs a reason."),
    "approve": N_("Another supervisor, else an owner; if nobody else is there, nothing is sent."),
    "block": N_("The text stays in the composer, to be changed."),
}
STOP_BADGES = {
    "confirm": (N_("Asks once more"), "warning"),
    "approve": (N_("Four eyes"), "note"),
    "block": (N_("Blocks"), "danger"),
}
OUTCOMES = {
    "waiting": (N_("Waits"), "info"),
    "confirmed": (N_("Sent after the warning"), "warning"),
    "cancelled": (N_("Cancelled"), "success"),
    "blocked": (N_("Blocked"), "danger"),
    "expired": (N_("Expired"), "neutral"),
    "approved": (N_("Approved"), "warning"),
    "rejected": (N_("Rejected"), "danger"),
}
SURFACES = {
    "reply": N_("Reply"),
    "caption": N_("Caption"),
    "file_name": N_("File name"),
    "button": N_("Button"),
    "link": N_("Link"),
    "edit": N_("Edit"),
    "canned": N_("Canned reply"),
    "survey": N_("Survey"),
    "automatic": N_("Automatic text"),
    "api": N_("API"),
}
