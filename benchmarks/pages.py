"""Pages: what the inbox, the session page and a reply cost, one after the other.

Through gunicorn with the supervisor's options and a signed-in, kept-alive connection.
`inbox_all` is the supervisor's list of everything; every other page is an agent's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from sqlalchemy import select

from benchmarks import course, dataset, processes, store, words
from benchmarks.figures import Figure, timed
from benchmarks.plan import Plan
from benchmarks.servers import Servers, serving
from benchmarks.visitor import Visitor
from support.db import db, reading
from support.models import Conversation

Deed = Callable[[int], object]


def run(plan: Plan, *, times: int = 300, warm: int = 30) -> Generator[Figure]:
    """Give the figures of each page."""
    with dataset.copied(plan) as (folder, url), serving(folder, url) as servers:
        servers.start_web()
        mei, sun = visitor(servers, words.AGENTS[0]), visitor(servers, words.SUPERVISOR)
        cases, mine = known(servers)
        paid = [servers.pid("web"), *store.server_pids(url)]

        def measured(name: str, deed: Deed) -> Figure:
            return measure(name, deed, times=times, warm=warm, paid=paid)

        yield measured("inbox", lambda _: mei.get("/"))
        yield measured("inbox_all", lambda _: sun.get("/?view=all"))
        yield measured("conversation", lambda n: mei.get(f"/conversations/{cases[n % len(cases)]}"))
        yield measured("reply", lambda n: reply(mei, mine[n % len(mine)], f"Answer {n}"))


def visitor(servers: Servers, name: str) -> Visitor:
    """Let somebody log in."""
    browser = Visitor(servers.port)
    browser.log_in(f"{name.casefold()}@harbour.example")
    return browser


def known(servers: Servers) -> tuple[list[int], list[int]]:
    """Return the conversations that the first agent sees, open ones first, and his open ones."""
    own = select(Conversation.id).where(Conversation.assignee_id == course.AGENTS[0])
    newest = own.order_by(Conversation.status, Conversation.id.desc()).limit(1000)
    with servers.app().app_context(), reading():
        seen = db.session.scalars(newest).all()
        mine = db.session.scalars(own.where(Conversation.status == "open")).all()
        db.engine.dispose()
    return list(seen), list(mine)


def reply(agent: Visitor, conversation: int, text: str) -> None:
    """Answer a customer; the answer must come back drawn."""
    key = f"{conversation}-{time.monotonic_ns()}"
    answer = agent.send(f"/conversations/{conversation}/messages", text=text, client_key=key)
    if text not in answer:
        raise ValueError(f"the reply did not come back: {answer[:500]}")


def measure(name: str, deed: Deed, *, times: int, warm: int, paid: list[int]) -> Figure:
    """Do something some times for nothing, then so often while clock and costs are read."""
    for number in range(warm):
        deed(number)
    before = processes.cpu_seconds(*paid)
    seconds = [clocked(deed, warm + number) for number in range(times)]
    cost = processes.cpu_seconds(*paid) - before
    return timed(name, seconds, cpu_ms=1000 * cost / times, per_second=times / sum(seconds))


def clocked(deed: Deed, number: int) -> float:
    """Return how long this took."""
    start = time.perf_counter()
    deed(number)
    return time.perf_counter() - start
