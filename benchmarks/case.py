"""One conversation of the data set, written step by step as the verbs would have."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks import words
from benchmarks.course import AGENTS, FIRST_TELEGRAM_ID, PROJECT, SOURCE, Course, Row
from support.models import Assignment, Conversation, Event, EventKind, Handover, Message, Note

if TYPE_CHECKING:
    from benchmarks.story import Author


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
