"""Escalation reasons: a project's list, its guidance, and the customer's words that point to it."""

from support.reasons.changes import change, create, listed, remove, seed, set_phrases
from support.reasons.families import families
from support.reasons.fold import fold, has_words, is_seen
from support.reasons.matching import Match, matches
from support.reasons.repeats import is_repeated
from support.reasons.shipped import REASONS, REPEAT, shipped_phrases

__all__ = [
    "REASONS",
    "REPEAT",
    "Match",
    "change",
    "create",
    "families",
    "fold",
    "has_words",
    "is_repeated",
    "is_seen",
    "listed",
    "matches",
    "remove",
    "seed",
    "set_phrases",
    "shipped_phrases",
]
