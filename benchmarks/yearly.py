"""A year of a larger desk, for its reports: every row that a figure reads, as the verbs write it.

Of a hundred conversations 70 go plainly, 12 are escalated (a fifth of those by nobody), 8 are
handed to a colleague, 5 rest until the customer writes, 5 are reopened once; one of a hundred
of the newest thousand runs still. Each has five messages. The same rows come out each time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from benchmarks import words
from benchmarks.course import END, FIRST_TELEGRAM_ID, PROJECT, YEAR, Row
from benchmarks.story import newcomer
from support.models import (
    Assignment,
    Conversation,
    Customer,
    Event,
    EventKind,
    Handover,
    Message,
    SlaClock,
    SlaPause,
    SlaWaiver,
)

CREW, SENIORS, SUPERVISOR = range(1, 21), range(21, 25), 25
FRONTLINE, ADVANCED = 1, 2
REASONS = range(1, 8)
TARGETS = {"standard": (300, 1_800), "escalated": (900, 3_600), "urgent": (60, 7_200)}
ACCEPTANCE = 300
WAYS = ("plain",) * 70 + ("escalated",) * 12 + ("transferred",) * 8
WAYS += ("parked",) * 5 + ("reopened",) * 5
KINDS = (Customer, Conversation, Message, Event, Assignment, Handover)
KINDS += (SlaClock, SlaPause, SlaWaiver)


class Year:
    """Writes one conversation after the other; `taken` hands their rows over in portions."""

    def __init__(self, total: int) -> None:
        self.total, self.customers = total, max(1, total * 6 // 10)
        self.random = Random(total)  # noqa: S311 - the same data set each time
        self.rows: dict[type, list[Row]] = defaultdict(list)
        self.made: dict[type, int] = dict.fromkeys(KINDS, 0)
        self.seq = [0] * (self.customers + 1)

    def write(self, number: int) -> None:
        """Write conversation `number`."""
        opened = END - YEAR * ((self.total - number) / self.total)
        customer = number % self.customers + 1
        if number < self.customers:
            self.rows[Customer].append(newcomer(customer, opened, self.random))
        runs = number >= self.total - 1_000 and number % 100 == 0
        Told(self, customer, opened).go(self.random.choice(WAYS), runs=runs)

    def add(self, kind: type, /, **facts: Any) -> int:
        """Write a row under the next number of its table."""
        self.made[kind] += 1
        self.rows[kind].append({"id": self.made[kind], **facts})
        return self.made[kind]

    def taken(self) -> dict[type, list[Row]]:
        """Give the rows written since the last time away, parents first."""
        rows, self.rows = self.rows, defaultdict(list)
        return {kind: rows[kind] for kind in KINDS if rows[kind]}


class Told:
    """One conversation as it goes: `go` tells it from its opening to its end."""

    def __init__(self, year: Year, customer: int, opened: datetime) -> None:
        self.year, self.customer, self.now, self.dice = year, customer, opened, year.random
        self.id = year.made[Conversation] + 1
        self.holder: int | None = None
        self.interval: Row = {}
        self.tier, self.group, self.round = "standard", FRONTLINE, 0
        self.response: Row | None = None
        self.resolution: Row | None = None
        self.pauses: list[tuple[datetime, datetime, str]] = []
        self.conversation: Row = {"opened_at": opened, "resolved_at": None}

    def go(self, way: str, *, runs: bool) -> None:
        """Tell the case in one of the ways."""
        self.year.add(Conversation)
        row = self.year.rows[Conversation][-1]
        self.event(EventKind.CONVERSATION_OPENED)
        self.asks("first_response")
        self.wait(5, 90)
        self.given(self.dice.choice(CREW))
        self.answers()
        getattr(self, way)()
        if runs or self.dice.random() < 0.2:
            self.asks("next_response")
        else:
            self.answers()
        if not runs:
            self.ends()
        row |= self.conversation | self.facts()

    def facts(self) -> Row:
        """Return the conversation's row as it stands at the end."""
        last = self.year.made[Message]
        ended = self.conversation["resolved_at"] is not None
        return {
            "project_id": PROJECT,
            "customer_id": self.customer,
            "status": "resolved" if ended else "open",
            "tier": self.tier,
            "assignee_id": self.holder,
            "group_id": self.group,
            "last_message_id": last,
            "last_message_at": self.year.rows[Message][-1]["created_at"],
            "unread_count": 0,
            "read_seq": self.year.seq[self.customer],
        }

    def wait(self, least: int, most: int) -> None:
        """Let some seconds go by; now and then it takes ten times as long."""
        slow = 10 if self.dice.random() < 0.05 else 1
        self.now += timedelta(seconds=self.dice.randrange(least, most) * slow)

    def step(self) -> int:
        self.year.seq[self.customer] += 1
        return self.year.seq[self.customer]

    def plain(self) -> None:
        """Ask again and be answered."""
        self.asks("next_response")
        self.answers()

    def escalated(self) -> None:
        """A senior answers in a higher tier; one of five went up by itself."""
        self.asks("next_response")
        self.wait(30, 300)
        by = None if self.dice.random() < 0.2 else self.holder
        urgent = self.dice.random() < 0.25
        to = self.dice.choice(SENIORS)
        self.moves("escalation", to, by=by, tier="urgent" if urgent else "escalated")
        self.wait(20, 400)
        self.accepts()
        self.answers()

    def transferred(self) -> None:
        """A colleague goes on with it."""
        self.asks("next_response")
        self.moves("transfer", self.dice.choice(CREW), by=self.holder, tier=None)
        self.wait(10, 200)
        self.accepts()
        self.answers()

    def parked(self) -> None:
        """It rests until the customer writes."""
        self.event(EventKind.CONVERSATION_WAITING, by=self.holder)
        since = self.now
        self.wait(600, 7_200)
        self.pauses.append((since, self.now, "waiting"))
        self.event(EventKind.CONVERSATION_WOKEN, **{"from": "waiting"})
        self.asks("next_response")
        self.answers()

    def reopened(self) -> None:
        """Resolved, and opened again by the customer within the day."""
        self.wait(30, 300)
        self.ends()
        shut = self.now
        self.wait(600, 6_000)
        self.event(EventKind.CONVERSATION_REOPENED)
        self.pauses.append((shut, self.now, "closed"))
        self.conversation["resolved_at"] = None
        self.begin_interval()
        self.round, before = self.round + 1, self.resolution
        self.resolution = self.clock("resolution", kind="reopened", at=(before or {})["started_at"])
        self.asks("next_response")
        self.answers()

    def asks(self, metric: str) -> None:
        """The customer writes: a clock runs unless one does."""
        seq = self.step()
        self.message("in", seq)
        if self.resolution is None:
            self.resolution = self.clock("resolution")
        if self.response is None:
            self.response = self.clock(metric)

    def answers(self) -> None:
        """The holder replies, which stops what ran."""
        self.wait(20, 360)
        self.message("out", self.step(), agent_id=self.holder, sent_at=self.now)
        if self.response is not None:
            self.stop(self.response, "reply", self.holder)
        self.response = None

    def message(self, direction: str, seq: int, **others: Any) -> None:
        text = self.dice.choice(words.ASKED if direction == "in" else words.ANSWERED)
        number = self.year.made[Message] + 1
        out = direction == "out"
        self.year.add(
            Message,
            project_id=PROJECT,
            customer_id=self.customer,
            conversation_id=self.id,
            agent_id=others.get("agent_id"),
            direction=direction,
            text=text.format(number=number),
            telegram_id=FIRST_TELEGRAM_ID + number,
            created_at=self.now,
            telegram_at=self.now,
            sent_at=others.get("sent_at"),
            seq=seq,
            rev=seq,
            random_id=number if out else None,
            client_key=f"year-{number}" if out else None,
        )

    def given(self, agent: int) -> None:
        """Somebody has it."""
        self.holder = agent
        self.event(EventKind.CONVERSATION_GIVEN, to_name=words.crew(agent))
        self.begin_interval()

    def begin_interval(self) -> None:
        self.year.add(
            Assignment,
            conversation_id=self.id,
            agent_id=self.holder,
            group_id=self.group,
            role="assignee",
            started_at=self.now,
            ended_at=None,
            last_seq=None,
        )
        self.interval = self.year.rows[Assignment][-1]

    def end_interval(self) -> None:
        self.interval |= {"ended_at": self.now, "last_seq": self.year.seq[self.customer]}

    def moves(self, kind: str, to: int, *, by: int | None, tier: str | None) -> None:
        """Move it to a colleague; up, the promises of the new tier begin."""
        left, group = self.holder, ADVANCED if tier else self.group
        up = kind == "escalation"
        name = EventKind.CONVERSATION_ESCALATED if up else EventKind.CONVERSATION_TRANSFERRED
        self.event(name, by=by, move=kind, to_name=words.crew(to), tier=tier or self.tier)
        self.end_interval()
        self.year.add(
            Handover,
            conversation_id=self.id,
            kind=kind,
            by_id=by,
            from_agent_id=left,
            to_agent_id=to,
            from_group_id=self.group,
            to_group_id=group,
            reason_id=self.dice.choice(REASONS) if up else None,
            tier=tier,
            asked_at=self.now,
            accepted_at=None,
            seq=self.year.seq[self.customer],
        )
        self.holder, self.group = to, group
        self.begin_interval()
        self.acceptance = self.clock("acceptance", kind="handover")
        if tier:
            self.promised_anew(tier, by)

    def promised_anew(self, tier: str, by: int | None) -> None:
        for clock in filter(None, (self.response, self.resolution)):
            self.stop(clock, "superseded", by)
        self.tier = tier
        since = self.response["started_at"] if self.response else self.now
        moved = {"started_id": self.year.made[Handover]}
        self.resolution = self.clock("resolution", kind="handover", **moved)
        self.response = self.clock("next_response", at=since, only_group_id=self.group)

    def accepts(self) -> None:
        self.year.rows[Handover][-1]["accepted_at"] = self.now
        self.stop(self.acceptance, "accepted", self.holder)
        self.event(EventKind.HANDOVER_ACCEPTED, by=self.holder)

    def ends(self) -> None:
        """Resolved; a last word of the customer stays unanswered."""
        self.wait(10, 600)
        self.event(EventKind.CONVERSATION_RESOLVED, by=self.holder)
        if self.response is not None:
            self.stop(self.response, "resolved_unanswered", self.holder)
            self.response = None
        if self.resolution is not None:
            self.stop(self.resolution, "resolved", self.holder)
        self.end_interval()
        self.conversation["resolved_at"] = self.now

    def event(self, kind: EventKind, *, by: int | None = None, **data: Any) -> None:
        self.year.add(
            Event,
            kind=kind,
            at=self.now,
            by_id=by,
            project_id=PROJECT,
            customer_id=self.customer,
            conversation_id=self.id,
            seq=self.step(),
            data=data,
        )

    def clock(
        self, metric: str, *, kind: str = "message", at: datetime | None = None, **others: Any
    ) -> Row:
        """Let a clock run, by the shipped targets."""
        response, resolution = TARGETS[self.tier]
        seconds = {"resolution": resolution, "acceptance": ACCEPTANCE}.get(metric, response)
        start = at or self.now
        self.year.add(
            SlaClock,
            project_id=PROJECT,
            customer_id=self.customer,
            conversation_id=self.id,
            metric=metric,
            tier=self.tier,
            round=self.round,
            group_id=self.group,
            only_group_id=others.get("only_group_id"),
            holder_id=self.holder,
            policy_version=0,
            target_seconds=seconds,
            origin_at=self.conversation["opened_at"],
            started_at=start,
            counted_at=start,
            started_kind=kind,
            started_id=others.get("started_id"),
            started_seq=self.year.seq[self.customer],
            due_at=start + timedelta(seconds=seconds) + self.rested(metric),
            outage=False,
            due_seen_at=None,
            due_holder_id=None,
            due_group_id=None,
            stopped_at=None,
            stop_reason="",
            stopped_by_id=None,
            elapsed_calendar_s=None,
            elapsed_business_s=None,
        )
        return self.year.rows[SlaClock][-1]

    def rested(self, metric: str) -> timedelta:
        """Return how long a resolution clock has stood so far."""
        if metric != "resolution":
            return timedelta()
        return sum((ends - begins for begins, ends, _why in self.pauses), timedelta())

    def stop(self, clock: Row, why: str, by: int | None) -> None:
        """Stop a clock; who held it when it was due is written down if that is past."""
        rest = self.rested(clock["metric"]) if clock["started_kind"] != "handover" else timedelta()
        if clock["metric"] == "resolution" and clock["started_kind"] == "message":
            clock["due_at"] = clock["started_at"] + timedelta(seconds=clock["target_seconds"])
            clock["due_at"] += rest
        taken = int((self.now - clock["started_at"] - rest).total_seconds())
        clock |= {"stopped_at": self.now, "stop_reason": why, "stopped_by_id": by}
        clock |= {"elapsed_calendar_s": taken, "elapsed_business_s": taken}
        if clock["due_at"] < self.now:
            clock |= {"due_seen_at": clock["due_at"], "due_holder_id": clock["holder_id"]}
            clock["due_group_id"] = clock["group_id"]
            self.pardon(clock)
        if clock["metric"] == "resolution":
            self.paused(clock)

    def pardon(self, clock: Row) -> None:
        if self.dice.random() < 0.02:
            facts = {"clock_id": clock["id"], "by_id": SUPERVISOR, "reason": "storm"}
            self.year.add(SlaWaiver, at=self.now, **facts)

    def paused(self, clock: Row) -> None:
        for begins, ends, why in self.pauses:
            facts = {"started_at": begins, "ended_at": ends}
            self.year.add(SlaPause, clock_id=clock["id"], why=why, **facts)
