"""The rows of the data set: conversations as the verbs would have written them, in bulk.

Numbers of a thread, unread counts, assignments and deeds agree with each other, so that
pages drawn from these rows look like pages of a desk at work.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from random import Random

from benchmarks import words
from benchmarks.case import Case
from benchmarks.course import END, FIRST_CUSTOMER, PROJECT, YEAR, Row, course
from support.models import Assignment, Conversation, Customer, Event, Handover, Message, Note


class Author:
    """Writes one conversation after the other and hands their rows over in portions."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.rows: dict[type, list[Row]] = defaultdict(list)
        self.seq: list[int] = []
        self.idle: list[int] = []
        self.made = dict.fromkeys((Message, Note, Handover), 0)
        self.random = Random(total)  # noqa: S311 - the same data set each time

    def write(self, number: int) -> None:
        """Write conversation `number`, and its customer unless he was here before."""
        opened = END - YEAR * ((self.total - number) / self.total)
        customer = self.customer(opened)
        Case(self, number, customer, opened).follow(course(number, self.total))

    def customer(self, now: datetime) -> int:
        """Let two of five conversations be by a customer whose last one is resolved."""
        if self.idle and self.random.random() < 0.4:
            return self.idle.pop(self.random.randrange(len(self.idle)))
        self.seq.append(0)
        customer = len(self.seq)
        self.rows[Customer].append(newcomer(customer, now, self.random))
        return customer

    def taken(self) -> dict[type, list[Row]]:
        """Give the rows written since the last time away, parents first."""
        rows, self.rows = self.rows, defaultdict(list)
        kinds = (Customer, Conversation, Message, Note, Assignment, Handover, Event)
        return {kind: rows[kind] for kind in kinds if rows[kind]}

    def next_id(self, kind: type) -> int:
        """Return the next number of a table whose rows are pointed at."""
        self.made[kind] += 1
        return self.made[kind]


def newcomer(customer: int, now: datetime, random: Random) -> Row:
    """Return the row of a customer who has never written before."""
    return {
        "id": customer,
        "project_id": PROJECT,
        "telegram_id": FIRST_CUSTOMER + customer,
        "first_name": random.choice(words.FIRST_NAMES),
        "last_name": random.choice(words.LAST_NAMES),
        "username": f"customer{customer}" if customer % 3 else "",
        "language": ("en", "zh", "ru", "ar")[customer % 4],
        "first_seen_at": now,
        "seq": 0,
    }
