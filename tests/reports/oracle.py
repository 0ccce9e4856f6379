"""A second opinion on the figures: worked out from message and event rows by plain Python.

It imports nothing of `support`. The clocks are those of the other second opinion (tests/sla);
who held a conversation, what was parked, opened, resolved and escalated is read from events.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

ENDS = ("resolved", "resolved_unanswered", "closed")
LEFT = ("conversation.released", "conversation.resolved")
MOVES = (
    *("conversation.transferred", "conversation.escalated", "conversation.returned"),
    "handover.lapsed",
)


@dataclass
class Life:
    """One conversation as its events tell it."""

    id: int
    opened: datetime
    resolved: datetime | None = None
    spans: list = field(default_factory=list)  # agent, begin, end, rests
    escalations: list = field(default_factory=list)  # at, by, reason, to
    holder: int | None = None
    waits: bool = False  # an escalation that is on nobody's desk yet

    def takes(self, agent, at):
        self.holder = agent
        self.spans.append([agent, at, None, []])

    def leaves(self, at):
        if self.holder is not None:
            span = self.spans[-1]
            span[2] = max(at, span[1])
            span[3] = [(since, until or span[2]) for since, until in span[3]]
        self.holder = None

    def rests(self, at):
        self.wakes(at)
        self.spans[-1][3].append((at, None))

    def wakes(self, at):
        if self.holder is not None:
            own = self.spans[-1][3]
            self.spans[-1][3] = [(since, until or at) for since, until in own]

    def held_at(self, clock):
        """Return who held it when a clock was due.

        At the very instant of a move an acceptance is his who let it go, and so is what an end
        ends; everything else is his who has it from then on.
        """
        at, ends = clock.due, clock.metric == "acceptance" or clock.why in ENDS
        leaving = [s for s in self.spans if s[1] < at and s[2] == at]
        if ends and clock.stop == at and leaving:
            return leaving[-1][0]
        own = [s for s in self.spans if s[1] <= at and (s[2] is None or s[2] > at)]
        return own[-1][0] if own else None


def life(number, events, agents):
    """Tell a conversation from its events; `agents` says who bears which name."""
    events = sorted(events, key=lambda event: (event.seq, event.id))
    told = Life(number, events[0].at)
    for event in events:
        if event.kind in LEFT:
            told.leaves(event.at)
        if event.kind in MOVES:
            moved(told, event, agents)
        elif deed := DEEDS.get(event.kind):
            deed(told, event)
    return told


def resolved(told, event):
    told.resolved, told.last = event.at, event.by_id


def taken(told, event):
    told.takes(event.by_id, event.at)
    if told.waits:
        told.escalations[-1][3] = event.by_id
    told.waits = False


def reopened(told, event):
    told.resolved = None
    told.takes(told.last, event.at)


DEEDS = {
    "conversation.resolved": resolved,
    "conversation.reopened": reopened,
    "conversation.taken": taken,
    "conversation.waiting": lambda told, event: told.rests(event.at),
    "conversation.snoozed": lambda told, event: told.rests(event.at),
    "conversation.woken": lambda told, event: told.wakes(event.at),
}


def moved(told, event, agents):
    told.leaves(event.at)
    to = agents.get(event.data["to_name"])
    if event.kind == "conversation.escalated":
        told.escalations.append([event.at, event.by_id, event.data["reason"], to])
    told.waits = to is None and event.kind == "conversation.escalated"
    if to is not None:
        told.takes(to, event.at)


def figures(seconds):
    """Return count, median, nearest rank of 90 % and mean."""
    ordered = sorted(seconds)
    if not ordered:
        return (0, None, None, None)
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    rank = ordered[ceil(len(ordered) * 0.9) - 1]
    return (len(ordered), float(middle), rank, sum(ordered) / len(ordered))


def whole(at):
    """Return an instant's whole seconds."""
    return int(at.timestamp())


class Opinion:
    """Every figure of a range of days, over the lives and clocks that it is given."""

    def __init__(self, lives, clocks, *, start, end, now):
        self.lives, self.start, self.end, self.now = lives, start, end, now
        self.clocks = [(life, clock) for life, clock in clocks if start <= clock.start < end]

    def inside(self, at):
        return at is not None and self.start <= at < self.end

    def verdict(self, clock):
        deed = clock.why in ("reply", "accepted", "resolved")
        if clock.stop is None:
            return "breached" if clock.due and clock.due < self.now else "running"
        if clock.due is None:
            return "void"
        if deed:
            return "met" if clock.stop <= clock.due else "breached"
        return "void" if clock.stop < clock.due else "breached"

    def durations(self, metric, *, who=None, everybody=True, tier=""):
        """Return what Durations holds, by name."""
        found, seconds = Counter(), []
        for life, clock in self.clocks:
            if clock.metric == metric and tier in ("", clock.tier):
                by = life.holder if clock.stop is None else clock.by
                held = life.held_at(clock) if clock.due else None
                self.count(
                    clock, found, mine=everybody or by == who, broke=everybody or held == who
                )
                if clock.why in ("reply", "accepted", "resolved") and (everybody or by == who):
                    seconds.append(clock.facts()[-1])
        names = ("met", "breached", "void", "waiting", "overdue", "unneeded", "unanswered")
        return (*figures(seconds), *(found[name] for name in names))

    def count(self, clock, found, *, mine, broke):
        verdict, runs = self.verdict(clock), clock.stop is None
        if verdict == "breached":
            found["breached"] += broke
            found["overdue"] += broke and runs
        elif verdict != "running":
            found[verdict] += mine
        found["waiting"] += runs and mine
        found["unneeded"] += mine and clock.why == "no_reply_needed"
        found["unanswered"] += mine and clock.why == "resolved_unanswered"

    def handling(self, agent):
        """Return intervals, conversations, running, total, covered, median and 90 %."""
        taken, seconds_of, busy = 0, defaultdict(int), set()
        running = 0
        for life in self.lives:
            for who, begins, ends, rests in life.spans:
                if who == agent and self.inside(begins):
                    until = ends or self.now
                    own = set(range(whole(begins), whole(until)))
                    for since, last in rests:
                        own -= set(range(whole(since), whole(last or until)))
                    taken, running = taken + 1, running + (ends is None)
                    seconds_of[life.id] += len(own)
                    busy |= own
        _count, middle, rank, _mean = figures(seconds_of.values())
        total = sum(seconds_of.values())
        return (taken, len(seconds_of), running, total, len(busy), middle, rank)

    def flow(self):
        """Return for each day what was opened, resolved, and open at its end."""
        days, at = [], self.start
        while at < self.end:
            until = at + timedelta(days=1)
            opened = sum(at <= one.opened < until for one in self.lives)
            resolved = sum(
                one.resolved is not None and at <= one.resolved < until for one in self.lives
            )
            left = sum(
                one.opened < until and (one.resolved is None or one.resolved >= until)
                for one in self.lives
            )
            days.append((opened, resolved, left if at <= self.now else None))
            at = until
        return days

    def escalated(self):
        """Return the first deed of each escalated conversation: opened at, by, reason."""
        found = []
        for life in self.lives:
            if life.escalations and self.inside(life.opened):
                own = [one for one in life.escalations if one[1] is not None]
                first = (own or life.escalations)[0]
                found.append((life.id, life.opened, first[1], first[2]))
        return found

    def made(self):
        deeds = [one for life in self.lives for one in life.escalations if self.inside(one[0])]
        return Counter(one[1] for one in deeds if one[1]), Counter(
            one[3] for one in deeds if one[3]
        )
