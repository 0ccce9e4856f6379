"""SLA: what it costs to know when something is due.

`due` is one due time by a typical calendar: Monday to Friday in two spans, 12 holidays, a target
of 30 business hours, from every minute of a year in turn. `due_first` is the same with hours
that nobody has used before, so that no day of theirs is ready.

`clock` is what the clocks cost of a customer's message: of four, one opens a conversation (two
clocks), two are nudges, and one follows a reply. `sweep` is one look at 100,000 running clocks of
which 100 have become due: each holder is written down, three stages each, and who is called.
`board` is what the supervisors' board reads of them, as often as it is looked at.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from benchmarks import routing
from benchmarks.figures import Figure, say, timed
from benchmarks.plan import Plan
from benchmarks.servers import Servers, serving
from support import sla, sweeps
from support.db import commit, db
from support.hours import Hours, due, hours_from
from support.models import Conversation, Customer, Message, SlaClock, SlaReminder
from support.views import standings
from support.views.standings import Watched

SECONDS = 30 * 3_600
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = timedelta(minutes=26, seconds=17)  # 20,000 of them are a year
WEEK = {
    day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}
HOLIDAYS = (
    *("01-01", "01-06", "05-01", "08-15", "10-03", "11-01", "12-24", "12-25", "12-26", "12-31"),
    *("2026-04-03", "2026-04-06"),
)


def run(plan: Plan, *, times: int = 20_000, running: int = 100_000) -> Generator[Figure]:
    """Give the cost of a due time, of a message's clocks, and of a look at all that run."""
    ready = typical()
    yield measured("due", lambda: ready, times)
    yield measured("due_first", lambda: fresh(ready), times // 10)
    with routing.desk(plan) as (folder, url), serving(folder, url) as servers:
        yield from of_clocks(servers, running)


def of_clocks(servers: Servers, running: int) -> Generator[Figure]:
    """Give the figures of a desk on which so many clocks run."""
    with servers.app().app_context():
        say(f"writing {running} running clocks")
        db.create_all()
        routing.write(running)
        clocks(running)
        yield clock(min(500, running // 4))
        yield sweep()
        yield board()
        db.session.remove()
        db.engine.dispose()


def clocks(running: int) -> None:
    """Let a clock run on each waiting conversation; none comes due today."""
    rows = select(Conversation.id, Conversation.customer_id).limit(running)
    found = list(db.session.execute(rows))
    far = {"due_at": routing.NOW + DAY, "look_at": routing.NOW + DAY}
    routing.add(SlaClock, [{**running_clock(*row), **far} for row in found])
    routing.settle()


def running_clock(conversation: int, customer: int) -> routing.Row:
    """Return a response clock as a message of now begins it."""
    since = {"origin_at": routing.NOW, "started_at": routing.NOW, "counted_at": routing.NOW}
    return {
        "project_id": 1,
        "customer_id": customer,
        "conversation_id": conversation,
        "metric": "first_response",
        "tier": "escalated",
        "policy_version": 0,
        "target_seconds": 900,
        "started_kind": "message",
        "started_seq": 1,
        **since,
    }


def clock(times: int) -> Figure:
    """Tell the clocks of messages, and count the time of that alone."""
    spent: list[float] = []
    before = 0.0
    for number in range(times):
        conversation = db.session.get_one(Conversation, number + 1)
        for kind in range(4):
            message = said(conversation)
            if kind == 3:
                stopped(conversation)
            began, cpu = time.perf_counter(), time.process_time()
            sla.received(conversation, message, first=kind == 0, now=routing.NOW)
            db.session.flush()
            before += time.process_time() - cpu
            spent.append(time.perf_counter() - began)
        commit()
        db.session.expunge_all()
    return timed("clock", spent, cpu_ms=1000 * before / len(spent))


def said(conversation: Conversation) -> Message:
    """Return one more message of a customer."""
    customer = db.session.get_one(Customer, conversation.customer_id)
    customer.seq += 1
    place = {"seq": customer.seq, "rev": customer.seq, "created_at": routing.NOW}
    message = Message(
        project_id=1,
        customer_id=customer.id,
        conversation_id=conversation.id,
        direction="in",
        telegram_at=routing.NOW,
        **place,
    )
    db.session.add(message)
    db.session.flush()
    return message


def stopped(conversation: Conversation) -> None:
    """Let nothing be unanswered."""
    ours = update(SlaClock).where(
        SlaClock.conversation_id == conversation.id, SlaClock.stopped_at.is_(None)
    )
    reason = {"stop_reason": "reply", "elapsed_calendar_s": 0, "elapsed_business_s": 0}
    db.session.execute(ours.values(stopped_at=routing.NOW, **reason))


def sweep() -> Figure:
    """Look at all running clocks when a hundred of them have come due."""
    seconds: list[float] = []
    cpu = 0.0
    for number in range(20):
        newly_due()
        began, before = time.perf_counter(), time.process_time()
        sweeps.remind(routing.NOW)
        cpu += time.process_time() - before
        seconds.append(time.perf_counter() - began)
        if number == 0 and db.session.scalar(select(SlaReminder.id).limit(1)) is None:
            raise ValueError("nobody was reminded")
    return timed("sweep", seconds, cpu_ms=1000 * cpu / len(seconds))


def board() -> Figure:
    """Read the board over all that runs."""
    place = Watched(1, "Wallet", "Europe/Berlin", commands=True)
    seconds: list[float] = []
    before = time.process_time()
    for _ in range(20):
        began = time.perf_counter()
        if not standings.read([place], now=routing.NOW + timedelta(minutes=1)).sum("running"):
            raise ValueError("nothing runs")
        seconds.append(time.perf_counter() - began)
        db.session.rollback()
    return timed("board", seconds, cpu_ms=1000 * (time.process_time() - before) / len(seconds))


def newly_due() -> None:
    """Let a hundred clocks have become due a moment ago."""
    far = routing.NOW + DAY
    rows = select(SlaClock.id).where(SlaClock.look_at == far, SlaClock.stopped_at.is_(None))
    ids = list(db.session.scalars(rows.order_by(SlaClock.id.desc()).limit(100)))
    moment = {"due_at": routing.NOW, "look_at": routing.NOW}
    db.session.execute(update(SlaClock).where(SlaClock.id.in_(ids)).values(**moment))
    commit()
    db.session.expunge_all()


def typical() -> Hours:
    """Return the hours of a team in Berlin."""
    return hours_from("Europe/Berlin", WEEK, {}, dict.fromkeys(HOLIDAYS, ""))


def fresh(known: Hours) -> Hours:
    """Return the same hours with no day ready."""
    return Hours(known.zone, known.weekly, known.dated, known.yearly)


def measured(name: str, hours: Callable[[], Hours], times: int) -> Figure:
    """Ask for this many due times over a year; the first hundred warm up."""
    gc.collect()
    seconds: list[float] = []
    before = 0.0
    for number in range(-100, times):
        if number == 0:
            before = time.process_time()
        given, start = hours(), START + (number % 20_000) * STEP
        began = time.perf_counter()
        due(given, start, SECONDS)
        seconds.append(time.perf_counter() - began)
    cost = time.process_time() - before
    kept = seconds[100:]
    return timed(name, kept, cpu_ms=1000 * cost / times, per_second=times / sum(kept))
