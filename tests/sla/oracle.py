"""A second opinion: every clock of a conversation, worked out from message and event rows alone.

It imports nothing of `support`, looks at no table of promises, and knows wall time only: the
targets, the groups' levels and who stands where are told to it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

TARGETS = {
    "standard": {"first_response": 300, "next_response": 300, "resolution": 1_800},
    "escalated": {"first_response": 900, "next_response": 900, "resolution": 3_600},
    "urgent": {"first_response": 60, "next_response": 60, "resolution": 7_200},
}
ACCEPTANCE = 300
WORDS = ("first_response", "next_response")


@dataclass
class Clock:
    metric: str
    tier: str
    start: datetime
    base: datetime  # from when the target counts
    place: int
    kind: str
    seconds: int
    only: int = 0  # the level that has to answer
    round: int = 0
    rests: list = field(default_factory=list)
    ends: tuple | None = None
    stop: datetime | None = None
    why: str = ""
    by: int | None = None

    @property
    def due(self):
        left, at = timedelta(seconds=self.seconds), self.base
        for begins, ends in sorted(self.rests, key=lambda rest: rest[0]):
            if ends is not None and ends <= at:
                continue
            used = max(begins - at, timedelta())
            if used >= left:
                break
            if ends is None:
                return None
            left, at = left - used, ends
        return at + left

    def facts(self):
        taken = None
        if self.stop is not None:
            taken = self.stop - self.start
            for begins, ends in self.rests:
                until = min(ends or self.stop, self.stop)
                taken -= max(until - max(begins, self.start), timedelta())
            taken = int(max(taken, timedelta()).total_seconds())
        mine = (self.metric, self.tier, self.round, self.start, self.base, self.seconds, self.due)
        return (*mine, self.stop, self.why, self.by, taken)


class Oracle:
    """Reads the rows of one conversation in the order of their places."""

    def __init__(self, messages, events, *, levels, above, agents):
        self.levels, self.above, self.agents = levels, above, agents
        self.clocks, self.tier, self.level, self.status = [], "standard", 1, "open"
        self.asked, self.answered, self.quiet, self.on_way = [], 0, 0, {}
        self.opens, self.handed, self.shut = False, False, None
        items = [(e.seq, 0, e.id, self.event, e) for e in events]
        for m in messages:
            items += self.of_message(m)
        for _place, _rank, _id, deed, row in sorted(items, key=lambda item: item[:3]):
            deed(row)

    def of_message(self, m):
        if m.direction == "in":
            return [(m.seq, 1, m.id, self.said, m)]
        if m.agent_id is None or m.sent_at is None:
            return []
        place = m.retried_seq or m.seq
        return [(place, 1, m.id, self.posted, m), (m.rev, 2, m.id, self.taken, m)]

    def running(self, *metrics):
        return [c for c in self.clocks if c.stop is None and c.metric in metrics]

    def active(self):
        return [c for c in self.running(*WORDS) if c.ends is None]

    def begin(self, metric, start, place, kind, **others):
        seconds = ACCEPTANCE if metric == "acceptance" else TARGETS[self.tier][metric]
        facts = {"base": start, "seconds": seconds, **others}
        self.clocks.append(Clock(metric, self.tier, start, place=place, kind=kind, **facts))

    def halt(self, clock, at, why, by):
        at = max(at, clock.start)
        clock.rests = [(begins, ends or at) for begins, ends in clock.rests]
        clock.stop, clock.why, clock.by = at, why, by

    def end(self, clock, at, why, by):
        if any(place > clock.place for place in self.on_way.values()):
            clock.ends = (at, why, by)
        else:
            self.halt(clock, at, why, by)

    # What was said.

    def said(self, m):
        self.asked.append(m)
        if self.opens:
            self.begin("resolution", self.since(m), m.seq, "message")
            self.begin("first_response", self.since(m), m.seq, "message")
        elif not self.active():
            self.begin("next_response", self.since(m), m.seq, "message")
        self.opens = False

    def since(self, m):
        return min(m.telegram_at, m.created_at)

    def posted(self, m):
        self.on_way[m.id] = m.retried_seq or m.seq

    def taken(self, m):
        place = self.on_way.pop(m.id)
        self.answered = max(self.answered, place)
        stopped = [c for c in self.running(*WORDS) if c.place < place and self.counts(c, m)]
        for clock in stopped:
            self.halt(clock, m.retried_at or m.created_at, "reply", m.agent_id)
            self.follow(place, clock.ends, clock.tier)

    def counts(self, clock, m):
        return not clock.only or self.above[m.agent_id] >= clock.only

    def follow(self, place, ended, tier):
        after = place if ended else max(place, self.quiet)
        rest = [m for m in self.asked if m.seq > after]
        if not rest:
            return
        first = rest[0]
        if ended is None:
            if not self.active():
                self.begin("next_response", self.since(first), first.seq, "message")
        elif first.created_at <= ended[0]:
            now, self.tier = self.tier, tier
            self.begin("next_response", self.since(first), first.seq, "message")
            self.tier = now
            self.end(self.clocks[-1], *ended)

    def waits(self):
        settled = max([self.answered, self.quiet, *self.on_way.values()])
        return next((m for m in self.asked if m.seq > settled), None)

    # What was done.

    def event(self, e):
        name = e.kind.replace(".", "_")
        getattr(self, name, lambda _event: None)(e)

    def conversation_opened(self, _e):
        self.opens = True

    def conversation_reopened(self, e):
        last = [c for c in self.clocks if c.metric == "resolution" and c.why == "resolved"][-1]
        facts = {"base": last.base, "seconds": last.seconds, "round": last.round + 1}
        rests = [*last.rests, (self.shut, e.at)]
        self.begin("resolution", last.start, e.seq, "reopened", rests=rests, **facts)
        self.status = "open"

    def rest(self, e, status):
        self.status = status
        for clock in self.running("resolution"):
            clock.rests = [(begins, ends or e.at) for begins, ends in clock.rests]
            if status != "open":
                clock.rests.append((e.at, None))

    def conversation_snoozed(self, e):
        self.rest(e, "snoozed")

    def conversation_waiting(self, e):
        self.rest(e, "waiting")

    def conversation_woken(self, e):
        self.rest(e, "open")

    def reply_not_needed(self, e):
        for clock in self.active():
            self.end(clock, e.at, "no_reply_needed", e.by_id)
        self.quiet = e.seq

    def conversation_resolved(self, e):
        waits = self.waits()
        for clock in self.active():
            unanswered = waits or clock.kind == "message"
            self.end(clock, e.at, "resolved_unanswered" if unanswered else "closed", e.by_id)
        for clock in self.running("resolution"):
            self.halt(clock, e.at, "resolved", e.by_id)
        self.moved_on(e)
        self.shut = e.at

    # Moves, and who accepts them.

    def moved_on(self, e):
        for clock in self.running("acceptance"):
            self.halt(clock, e.at, "moved", None)
        self.handed = False

    def land(self, e):
        self.begin("acceptance", e.at, e.seq, "handover")

    def handover_accepted(self, e):
        for clock in self.running("acceptance"):
            self.halt(clock, e.at, "accepted", e.by_id)
        self.handed = False

    def conversation_taken(self, e):
        if self.handed:
            self.land(e)
            self.handover_accepted(e)

    def conversation_released(self, e):
        self.moved_on(e)

    def moved(self, e):
        self.moved_on(e)
        self.level = self.levels.get(e.data["group"], self.level)

    def arrives(self, e):
        if e.data["to_name"] in self.agents:
            self.land(e)
        else:
            self.handed = True

    def conversation_transferred(self, e):
        self.moved(e)
        if e.data["move"] != "takeover":
            self.arrives(e)
        self.sinks(e)

    def conversation_returned(self, e):
        self.moved(e)
        self.arrives(e)
        self.sinks(e)

    def handover_lapsed(self, e):
        self.moved(e)
        self.arrives(e)
        self.sinks(e)

    def sinks(self, e):
        for clock in [c for c in self.active() if c.only > self.level]:
            waits, due = self.waits(), clock.due
            self.end(clock, e.at, "returned", e.by_id)
            if waits is None:
                continue
            start = self.since(waits)
            if clock.kind == "message" and due > e.at:
                facts = {"base": clock.base, "seconds": clock.seconds}
            else:
                facts = self.promise(clock.metric, start, e.at)
            self.begin(clock.metric, start, waits.seq, "message", **facts)

    def promise(self, metric, start, now):
        seconds = TARGETS[self.tier][metric]
        over = start + timedelta(seconds=seconds) <= now
        return {"base": now if over else start, "seconds": seconds}

    def earlier(self, promise, clocks, kind, now):
        found = [promise]
        found += [
            {"base": c.base, "seconds": c.seconds} for c in clocks if c.due > now and c.kind == kind
        ]
        return min(found, key=lambda one: one["base"] + timedelta(seconds=one["seconds"]))

    def conversation_escalated(self, e):
        self.moved(e)
        self.arrives(e)
        # The desk gives it a receiver's clock under the new tier.
        before, self.tier = self.tier, e.data["tier"]
        for clock in self.clocks:
            if clock.metric == "acceptance" and clock.stop is None:
                clock.tier = self.tier
        self.solve_anew(e, before)
        clocks, waits = self.active(), self.waits()
        metric = clocks[0].metric if clocks and waits else "next_response"
        start, place = (self.since(waits), waits.seq) if waits else (e.at, e.seq)
        kind = "message" if waits else "handover"
        promise = self.earlier(self.promise(metric, start, e.at), clocks, kind, e.at)
        for clock in clocks:
            self.end(clock, e.at, "superseded", e.by_id)
        self.begin(metric, start, place, kind, only=self.level, **promise)

    def solve_anew(self, e, before):
        if before == self.tier:
            return
        for clock in self.running("resolution"):
            self.halt(clock, e.at, "superseded", e.by_id)
            rests = [(e.at, None)] if self.status in ("waiting", "snoozed") else []
            self.begin("resolution", e.at, e.seq, "tier", round=clock.round, rests=rests)

    def tier_raised(self, e):
        before, self.tier = self.tier, e.data["to"]
        self.solve_anew(e, before)
        self.retiered(e, lower=False)

    def tier_lowered(self, e):
        self.tier = e.data["to"]
        for clock in self.running("resolution"):
            ours = [c for c in self.clocks if c.metric == "resolution"]
            old = [c for c in ours if c.tier == self.tier]
            own = old[-1] if old else clock
            seconds = own.seconds if old else TARGETS[self.tier]["resolution"]
            rests = sorted({r for c in ours for r in c.rests}, key=lambda rest: rest[0])
            self.halt(clock, e.at, "superseded", e.by_id)
            facts = {"base": own.base, "seconds": seconds, "round": clock.round, "rests": rests}
            self.begin("resolution", own.start, e.seq, "tier", **facts)
        self.retiered(e, lower=True)

    def retiered(self, e, *, lower):
        for clock in self.active():
            promise = self.promise(clock.metric, clock.start, e.at)
            if not lower:
                promise = self.earlier(promise, [clock], clock.kind, e.at)
            self.end(clock, e.at, "superseded", e.by_id)
            place = e.seq if clock.ends else clock.place
            facts = {"only": clock.only, **promise}
            self.begin(clock.metric, clock.start, place, clock.kind, **facts)
