"""Live: from a customer's send to his words in the open page of the agent who holds his case.

Each agent has one stream and one connection for fragments, as a browser has. On a poke
about his case he fetches what changed; pokes that come while a fetch is under way are
answered by one more. The clock runs from the customer's call at the local Telegram to the
answer that contains his words.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections.abc import Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import insert, select

from benchmarks import control, course, dataset, processes, store, town
from benchmarks.figures import Figure, say, timed
from benchmarks.plan import Plan
from benchmarks.servers import Fell, Servers, serving
from benchmarks.visitor import HTMX, Visitor
from benchmarks.wire import Line
from support import conversations, messages
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Membership, Project

PER_SECOND = 20
LATEST = 15.0  # seconds after which a message counts as lost
CURSOR = re.compile(r'name="after"[^>]* value="(\d+)"')
MARK = re.compile(r"live-(\d+)\.")


def run(plan: Plan, *, sizes: tuple[int, ...] = (20, 200), seconds: int = 30) -> Generator[Figure]:
    """Give a figure for each number of agents."""
    for agents in sizes:
        with dataset.copied(plan) as (folder, url), serving(folder, url) as servers:
            yield Live(servers, url, agents).figure(seconds)


@dataclass
class Page:
    """An agent's open page: his case, how far it is drawn, and when which words appeared."""

    port: int
    email: str
    customer: int
    case: int
    after: int
    headers: dict[str, str] = field(default_factory=dict)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    poked: asyncio.Event = field(default_factory=asyncio.Event)
    seen: dict[int, float] = field(default_factory=dict)

    def log_in(self) -> None:
        """Log in and open the case."""
        browser = Visitor(self.port)
        browser.log_in(self.email)
        found = CURSOR.search(browser.get(f"/conversations/{self.case}"))
        self.after = int(found[1]) if found else self.after
        self.headers = HTMX | {"Cookie": browser.cookie}
        browser.close()

    async def listen(self) -> None:
        """Hear what the stream says; `ready` may hide something, so it counts as a poke."""
        async for event in Line(self.port, self.headers).events("/live"):
            if event in ("ready", f"conversation-{self.case}"):
                self.poked.set()

    async def fetch(self) -> None:
        """Fetch what changed whenever the stream says that something did."""
        line = Line(self.port, self.headers)
        while await self.poked.wait():
            self.poked.clear()
            path = f"/conversations/{self.case}/messages?after={self.after}&since=0"
            self.draw((await line.ask("GET", path)).decode())
            self.settled.set()

    def draw(self, fragment: str) -> None:
        """Note which words are on the page now, and how far it is."""
        now = time.perf_counter()
        for mark in MARK.findall(html.unescape(fragment)):
            self.seen.setdefault(int(mark), now)
        found = CURSOR.search(fragment)
        self.after = int(found[1]) if found else self.after


class Live:
    """One desk with so many agents at open pages."""

    def __init__(self, servers: Servers, url: str, agents: int) -> None:
        self.servers, self.url, self.agents = servers, url, agents
        self.api = servers.start_telegram()
        self.app = servers.app()
        customers = town.settled(self.api, self.app, agents)
        servers.start_worker(lambda: town.is_online(self.app))
        servers.start_web()
        self.pages = opened(self.app, servers.port, customers)
        self.lines: list[Line] = []
        self.sent: dict[int, float] = {}

    def figure(self, seconds: int) -> Figure:
        """Let customers write for so many seconds and see when each message was there."""
        for page in self.pages:
            page.log_in()
        say(f"{self.agents} agents are logged in")
        cost = asyncio.run(self.measured(PER_SECOND * seconds))
        waits = [page.seen[mark] - self.sent[mark] for page in self.pages for mark in page.seen]
        name, cpu_ms = f"live_{self.agents}", 1000 * cost / len(waits)
        return timed(name, waits, cpu_ms=cpu_ms, per_second=float(PER_SECOND))

    async def measured(self, count: int) -> float:
        """Open every page, send at an even pace until all is seen, and return what it cost."""
        tasks = [asyncio.create_task(work) for page in self.pages for work in works(page)]
        try:
            async with asyncio.timeout(60):
                await asyncio.gather(*(page.settled.wait() for page in self.pages))
            before = self.cost()
            await self.send_all(count)
            await self.all_seen(count)
            return self.cost() - before
        finally:
            await ended(tasks)

    def cost(self) -> float:
        """Return what web, worker and PostgreSQL have spent, in seconds."""
        pids = [self.servers.pid("web"), self.servers.pid("telegram")]
        return processes.cpu_seconds(*pids, *store.server_pids(self.url))

    async def send_all(self, count: int) -> None:
        """Begin a send every 50 ms, whether or not the one before has been answered."""
        start, sends = time.perf_counter(), []
        for number in range(count):
            await asyncio.sleep(start + number / PER_SECOND - time.perf_counter())
            sends.append(asyncio.create_task(self.send(number)))
        await asyncio.gather(*sends)

    async def send(self, number: int) -> None:
        """Let the customer of one page write."""
        customer = self.pages[number % len(self.pages)].customer
        text = f"Is anybody there? live-{number}."
        body = json.dumps({"customer": customer, "bot": dataset.BOT, "text": text}).encode()
        line = self.lines.pop() if self.lines else self.new_line()
        self.sent[number] = time.perf_counter()
        await line.ask("POST", "/messages", body)
        self.lines.append(line)

    def new_line(self) -> Line:
        """Open one more connection to the local Telegram."""
        return Line(self.servers.talk, control.headers(self.servers.secret))

    async def all_seen(self, count: int) -> None:
        """Wait until every message is on its page; a lost one ends the benchmark."""
        limit = time.perf_counter() + LATEST
        while sum(len(page.seen) for page in self.pages) < count:
            await asyncio.sleep(0.05)
            if time.perf_counter() > limit:
                seen = sum(len(page.seen) for page in self.pages)
                raise Fell(f"{count - seen} of {count} messages never appeared.")


def works(page: Page) -> list[Coroutine[None, None, None]]:
    """Return what goes on in one page."""
    return [page.listen(), page.fetch()]


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    """End what goes on in the pages; what failed there is the benchmark's failure."""
    failed = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    for task in failed:
        task.result()
        raise Fell("A stream ended.")
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)


def opened(app: Flask, port: int, customers: list[int]) -> list[Page]:
    """Hire an agent for each customer and give him the customer's case."""
    with app.app_context():
        agents = hired(len(customers))
        pairs = zip(agents, customers, strict=True)
        pages = [given(agent, customer, port) for agent, customer in pairs]
        commit()
        db.engine.dispose()
    return pages


def hired(count: int) -> list[Agent]:
    """Add agents to the project, who all have the password of the data set."""
    password = db.session.get_one(Agent, course.AGENTS[0]).password_hash
    ids = range(1001, 1001 + count)
    person = {"password_hash": password, "created_at": utcnow()}
    place = {"project_id": course.PROJECT, "role": "agent", "created_at": utcnow()}
    db.session.execute(
        insert(Agent),
        [{"id": n, "name": f"Agent {n}", "email": f"{n}@harbour.example"} | person for n in ids],
    )
    db.session.execute(insert(Membership), [place | {"agent_id": n} for n in ids])
    return list(db.session.scalars(select(Agent).where(Agent.id.in_(ids)).order_by(Agent.id)))


def given(agent: Agent, customer: int, port: int) -> Page:
    """Let the customer have written once, and the agent have taken his case."""
    project = db.session.get_one(Project, course.PROJECT)
    person = messages.Person(telegram_id=customer, first_name="Guest")
    first = messages.Incoming(
        person=person, telegram_id=course.FIRST_TELEGRAM_ID, at=utcnow(), text="Hello?"
    )
    message = messages.receive(project, first, now=utcnow())
    if message is None:
        raise Fell(f"Customer {customer} has written before.")
    case = db.session.get_one(Conversation, message.conversation_id)
    conversations.take(case, by=agent, now=utcnow())
    return Page(port, agent.email, customer, case.id, case.read_seq)
