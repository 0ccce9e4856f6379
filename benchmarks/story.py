"""The rows of the data set: conversations as the verbs would have written them, in bulk.

Numbers of a thread, unread counts, assignments and deeds agree with each other, so that
pages drawn from these rows look like pages of a desk at work.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks import words
from support.models import (
    Assignment,
    Conversation,
    Customer,
    Event,
    EventKind,
    Handover,
    Message,
    Note,
)

Row = dict[str, Any]
PROJECT = 1
AGENTS = (1, 2, 3, 4, 5)
SUPERVISOR = 6
END = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
MESSAGES = 8
# Above every id that a local Telegram will give, so that its messages are new ones.
FIRST_TELEGRAM_ID = 1_000_000_000
FIRST_CUSTOMER = 6_000_000_000
SOURCE = bytes(180)  # the raw update that is kept beside an incoming message


@dataclass(frozen=True)
class Course:
    """How one conversation goes: i and o are messages, everything else is a deed."""

    steps: str
    open: bool = False


# t taken, n note, m moved to a colleague, f released into the queue, r resolved
PLAIN = Course("iitoioiior")
NOTED = Course("iitoinoiior")
MOVED = Course("iitoimoiior")
ASKING = Course("iitoioioi", open=True)
ANSWERED = Course("iitoioiio", open=True)
QUEUED = Course("iitoiofiii", open=True)
RUNNING = (ASKING, ANSWERED, QUEUED, ASKING, ANSWERED, QUEUED, ASKING, ANSWERED, QUEUED, ASKING)
RUNNING += (ANSWERED,)  # eleven, so that they go round among five agents


def course(number: int, total: int) -> Course:
    """Choose how conversation `number` goes: 2 % are open, a quarter of those in the queue.

    They are every second one of the newest 4 % (of the newest 24 in a small data set);
    of the resolved ones 9 % carry a note and 5 % were handed over.
    """
    if number >= min(total * 0.96, total - 24) and number % 2 == 0:
        return RUNNING[number // 2 % len(RUNNING)]
    return MOVED if number % 21 == 7 else NOTED if number % 11 == 3 else PLAIN


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


class Case:
    """One conversation being written, step by step."""

    def __init__(self, author: Author, number: int, customer: int, opened: datetime) -> None:
        self.author, self.customer, self.now = author, customer, opened
        self.id = number + 1
        self.agent = AGENTS[number // 2 % len(AGENTS)]
        self.holder: int | None = None
        self.last = 0
        self.row: Row = {
            "id": self.id,
            "project_id": PROJECT,
            "customer_id": customer,
            "status": "open",
            "tier": "standard",
            "opened_at": opened,
            "resolved_at": None,
            "unread_count": 0,
            "read_seq": self.seq,
        }

    @property
    def seq(self) -> int:
        """How far the customer's thread is."""
        return self.author.seq[self.customer - 1]

    def step(self) -> int:
        """Take the next number of the thread."""
        self.author.seq[self.customer - 1] += 1
        return self.seq

    def follow(self, course: Course) -> None:
        """Go through every step and write the conversation as it stands at the end."""
        self.event(EventKind.CONVERSATION_OPENED)
        for step in course.steps:
            self.now += timedelta(seconds=self.author.random.randrange(20, 240))
            getattr(self, STEPS[step])()
        self.row |= {"assignee_id": self.holder, "last_message_id": self.last}
        self.author.rows[Conversation].append(self.row)
        if not course.open:
            self.author.idle.append(self.customer)

    def asked(self) -> None:
        seq = self.step()
        self.message("in", words.ASKED, seq, rev=seq, source=SOURCE)
        self.row["unread_count"] += 1

    def answered(self) -> None:
        seq, key = self.step(), self.author.made[Message] + 1
        sent = {"random_id": key, "client_key": f"made-{key}:0", "sent_at": self.now}
        self.message("out", words.ANSWERED, seq, rev=self.step(), agent_id=self.holder, **sent)
        self.row |= {"unread_count": 0, "read_seq": seq}

    def message(self, direction: str, texts: tuple[str, ...], seq: int, **others: Any) -> None:
        """Write a message with every column, since one statement carries many rows."""
        self.last = self.author.next_id(Message)
        self.row["last_message_at"] = self.now
        blank = dict.fromkeys(("agent_id", "random_id", "client_key", "sent_at", "source"))
        row = blank | {
            "id": self.last,
            "project_id": PROJECT,
            "customer_id": self.customer,
            "conversation_id": self.id,
            "direction": direction,
            "text": self.words(texts),
            "telegram_id": FIRST_TELEGRAM_ID + self.last,
            "telegram_at": self.now,
            "created_at": self.now,
            "seq": seq,
        }
        self.author.rows[Message].append(row | others)

    def words(self, texts: tuple[str, ...]) -> str:
        return self.author.random.choice(texts).format(number=1_000_000 + self.id)

    def taken(self) -> None:
        self.holder = self.agent
        self.event(EventKind.CONVERSATION_TAKEN, by=self.holder)
        self.begin()

    def begin(self) -> None:
        """Begin the holder's interval."""
        self.author.rows[Assignment].append(
            {
                "conversation_id": self.id,
                "agent_id": self.holder,
                "started_at": self.now,
                "ended_at": None,
                "last_seq": None,
            }
        )

    def end(self) -> None:
        """End the holder's interval at the deed that was written last."""
        self.author.rows[Assignment][-1] |= {"ended_at": self.now, "last_seq": self.seq}

    def noted(self) -> int:
        return self.note(self.step())

    def note(self, seq: int) -> int:
        """Write a note of the holder at this place of the thread."""
        note = self.author.next_id(Note)
        self.author.rows[Note].append(
            {
                "id": note,
                "conversation_id": self.id,
                "customer_id": self.customer,
                "agent_id": self.holder,
                "text": self.words(words.NOTED),
                "created_at": self.now,
                "seq": seq,
            }
        )
        return note

    def moved(self) -> None:
        left, handover = self.agent, self.author.next_id(Handover)
        to = AGENTS[left % len(AGENTS)]
        names = {"from_name": words.AGENTS[left - 1], "to_name": words.AGENTS[to - 1]}
        kind = EventKind.CONVERSATION_TRANSFERRED
        self.event(kind, by=left, handover=handover, move="transfer", **names)
        note = self.note(self.seq)
        self.end()
        self.holder = to
        self.begin()
        self.author.rows[Handover].append(
            {
                "id": handover,
                "conversation_id": self.id,
                "kind": "transfer",
                "by_id": left,
                "from_agent_id": left,
                "to_agent_id": self.holder,
                "note_id": note,
                "asked_at": self.now,
                "seq": self.seq,
            }
        )

    def released(self) -> None:
        self.event(EventKind.CONVERSATION_RELEASED, by=self.holder)
        self.end()
        self.holder = None

    def resolved(self) -> None:
        self.event(EventKind.CONVERSATION_RESOLVED, by=self.holder)
        self.end()
        self.row |= {"status": "resolved", "resolved_at": self.now}
        self.row |= {"unread_count": 0, "read_seq": self.seq}

    def event(self, kind: EventKind, *, by: int | None = None, **data: Any) -> None:
        """Write a deed at the next place of the thread."""
        self.author.rows[Event].append(
            {
                "kind": kind,
                "at": self.now,
                "by_id": by,
                "project_id": PROJECT,
                "customer_id": self.customer,
                "conversation_id": self.id,
                "seq": self.step(),
                "data": data,
            }
        )


STEPS = {
    "i": "asked",
    "o": "answered",
    "t": "taken",
    "n": "noted",
    "m": "moved",
    "f": "released",
    "r": "resolved",
}
