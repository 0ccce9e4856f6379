"""Ingest: how many messages a second come in, and go out through the outbox.

`inbound` counts from the first customer's send to the last committed row, the worker
running. `inbound_backlog` is what waited while no worker ran and is fetched by
getDifference, `outbound` what waits in the outbox; both count from the first committed
result to the last one, since a worker needs a moment to start. Telegram's rate limits
are lifted. `cpu_ms` is the worker's (and PostgreSQL's) per message.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, func, select

from benchmarks import course, dataset, processes, store, town
from benchmarks.control import Control
from benchmarks.figures import Figure, say
from benchmarks.plan import Plan
from benchmarks.servers import Fell, Servers, serving
from support import conversations, messages
from support.db import commit, db, reading, utcnow
from support.models import Agent, Conversation, Customer, Message

BATCH = 100
BEAT = 0.05  # seconds between two looks at the rows, which cost the database too


def run(
    plan: Plan, *, incoming: int = 3000, outgoing: int = 1500, chats: int = 100
) -> Generator[Figure]:
    """Give the figures of both directions."""
    with dataset.copied(plan) as (folder, url), serving(folder, url) as servers:
        bench = Ingest(servers, url, chats)
        yield bench.inbound(incoming)
        yield bench.outbound(outgoing)
        yield bench.backlog(incoming)
        bench.close()


class Ingest:
    """One desk, its local Telegram, and the customers who write."""

    def __init__(self, servers: Servers, url: str, chats: int) -> None:
        self.servers, self.url = servers, url
        self.api: Control = servers.start_telegram()
        self.app: Flask = servers.app()
        self.customers = town.settled(self.api, self.app, chats)
        self.servers.start_worker(lambda: town.is_online(self.app))

    def inbound(self, count: int) -> Figure:
        """Let customers write while the worker runs."""
        arrived = self.since(Message.direction == "in")
        start, before = time.perf_counter(), self.cost()
        self.write(count)
        self.reach(arrived, count)
        return self.figure("inbound", count, time.perf_counter() - start, before)

    def backlog(self, count: int) -> Figure:
        """Let customers write while no worker runs, then start one."""
        arrived = self.since(Message.direction == "in")
        self.servers.stop("telegram")
        self.write(count)
        return self.caught_up("inbound_backlog", arrived, count)

    def outbound(self, count: int) -> Figure:
        """Fill the outbox while no worker runs, then start one."""
        accepted = self.since(Message.direction == "out", Message.sent_at.is_not(None))
        self.servers.stop("telegram")
        self.answer(count)
        figure = self.caught_up("outbound", accepted, count)
        self.check_ledger(count)
        return figure

    def caught_up(self, name: str, done: Callable[[], int], count: int) -> Figure:
        """Start the worker and measure from its first committed results to its last one."""
        self.servers.start_worker(lambda: True)
        self.reach(done, 1)
        start, before, first = time.perf_counter(), self.cost(), done()
        self.reach(done, count)
        return self.figure(name, count - first, time.perf_counter() - start, before)

    def figure(self, name: str, count: int, seconds: float, before: float) -> Figure:
        """Make the figure of so many messages in so many seconds."""
        cpu_ms = 1000 * (self.cost() - before) / max(count, 1)
        return Figure(name, count, cpu_ms=cpu_ms, per_second=count / seconds)

    def cost(self) -> float:
        """Return what worker and PostgreSQL have spent, in seconds."""
        pids = [self.servers.pid("telegram"), *store.server_pids(self.url)]
        return processes.cpu_seconds(*pids)

    def since(self, *conditions: ColumnElement[bool]) -> Callable[[], int]:
        """Return a count of the messages that are like this from now on."""
        with self.app.app_context(), reading():
            last = db.session.scalar(select(func.max(Message.id))) or 0
        rows = select(func.count()).where(Message.id > last, *conditions)

        def count() -> int:
            with self.app.app_context(), reading():
                return db.session.scalar(rows) or 0

        return count

    def reach(self, done: Callable[[], int], count: int) -> None:
        """Wait until so many are done."""
        self.servers.until(lambda: done() >= count, seconds=300, beat=BEAT)

    def write(self, count: int) -> None:
        """Let every customer write in turn, many in one call."""
        texts = self.texts(count)
        while many := list(islice(texts, BATCH)):
            self.api.post("/messages/batch", many)

    def texts(self, count: int) -> Iterator[dict[str, Any]]:
        """Return the customers' messages."""
        for number in range(count):
            customer = self.customers[number % len(self.customers)]
            text = f"Where is my transfer? This is question {number}."
            yield {"customer": customer, "bot": dataset.BOT, "text": text}

    def answer(self, count: int) -> None:
        """Let an agent take every customer's case and answer it in turn."""
        with self.app.app_context():
            agent = db.session.get_one(Agent, course.AGENTS[0])
            cases = self.cases()
            for case in cases:
                conversations.take(case, by=agent, now=utcnow())
            for number in range(count):
                text, case = f"This is answer {number}.", cases[number % len(cases)]
                key = f"answer-{number}"
                messages.reply(case, text, by=agent, now=utcnow(), client_key=key)
            commit()
        say(f"{count} replies wait in the outbox")

    def cases(self) -> list[Conversation]:
        """Return the conversations of the customers who wrote."""
        rows = select(Conversation).join(Customer).where(Customer.telegram_id.in_(self.customers))
        return list(db.session.scalars(rows))

    def check_ledger(self, count: int) -> None:
        """The local Telegram must have every answer once."""
        made = len(self.api.get(f"/ledger?bot={dataset.BOT}")["messages"])
        if made != count:
            raise Fell(f"{count} replies were sent, and Telegram has {made}.")

    def close(self) -> None:
        """Give the connections back before the database goes."""
        with self.app.app_context():
            db.engine.dispose()
