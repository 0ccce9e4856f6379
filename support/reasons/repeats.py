"""Whether a customer asks the same thing again: near-identical words within a day."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import islice, pairwise

from sqlalchemy import select

from support.db import db
from support.models import Message
from support.reasons.fold import fold, weight

WITHIN = timedelta(days=1)
TIMES = 3
LOOKED_AT, READ = 30, 500
# Shorter ones ("hello?") are repeated by everybody who waits.
LEAST_WEIGHT = 10
ALIKE = 0.8


def is_repeated(message: Message) -> bool:
    """Whether this is at least the third near-identical request of the customer in a day."""
    words = fold(message.text[:READ])
    if weight(words) < LEAST_WEIGHT:
        return False
    pairs = _pairs(words)
    alike = (text for text in _earlier(message) if _is_alike(pairs, _pairs(fold(text[:READ]))))
    return len(list(islice(alike, TIMES - 1))) == TIMES - 1


def _earlier(message: Message) -> list[str]:
    rows = select(Message.text).where(
        Message.customer_id == message.customer_id,
        Message.direction == "in",
        Message.seq < message.seq,
        Message.created_at > message.created_at - WITHIN,
    )
    return list(db.session.scalars(rows.order_by(Message.seq.desc()).limit(LOOKED_AT)))


def likeness(one: str, other: str) -> float:
    """Return how alike two folded texts are, 0 to 1: Dice's coefficient of their letter pairs."""
    return _dice(_pairs(one), _pairs(other))


def _is_alike(pairs: Counter[str], others: Counter[str]) -> bool:
    """Whether two texts are near-identical; lengths that differ much spare the comparison."""
    fewer, more = sorted((pairs.total(), others.total()))
    return 2 * fewer >= ALIKE * (fewer + more) and _dice(pairs, others) >= ALIKE


def _dice(pairs: Counter[str], others: Counter[str]) -> float:
    both = pairs.total() + others.total()
    return 2 * (pairs & others).total() / both if both else 0.0


def _pairs(text: str) -> Counter[str]:
    letters = text.replace(" ", "").replace("|", "")
    return Counter(map("".join, pairwise(letters)))
