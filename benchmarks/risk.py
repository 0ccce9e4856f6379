"""Risk words: what it costs to look at what an agent sends, with 10,000 words on the list.

`normalise` and `match` are the parts of a look at the longest text; `gate` is the whole check of
a reply by the verb's own gate, with what it asks the database.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from sqlalchemy import insert, select

from benchmarks import course, dataset
from benchmarks.figures import Figure, timed
from benchmarks.plan import Plan
from benchmarks.servers import serving
from support.db import commit, db
from support.models import Agent, Conversation, Project, RiskWord, RiskWordGroup
from support.risk import Part, Rule, check, restamp
from support.risk.addresses import BASE58
from support.risk.folding import Reading, read
from support.risk.search import Search

CORPORA = Path(__file__).parents[1] / "tests" / "corpora"
# Half of them words, half addresses.
WORDS = 10_000
LONGEST = 4_096  # characters of a message to Telegram
REPLY = 300


def run(plan: Plan, *, times: int = 500) -> Generator[Figure]:
    """Look at the everyday messages of the corpora, English and Chinese."""
    search, texts = Search(_rules(), _addresses(20)), _texts(LONGEST, times)
    yield measured("normalise", [lambda text=text: read(text) for text in texts])
    readings = [read(text) for text in texts]
    yield measured("match", [lambda one=one: _met(search, one) for one in readings])
    with _desk(plan):
        yield measured("gate", _checks(times))


@contextmanager
def _desk(plan: Plan) -> Generator[None]:
    """Work in a copy of the data set."""
    with dataset.copied(plan) as (folder, url), serving(folder, url) as servers:
        app = servers.app()
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()


def _rules() -> list[Rule]:
    draw = random.Random(1)  # noqa: S311
    words = ("".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(WORDS // 2))
    return [
        *(Rule(1, "Words", "word", word, "confirm") for word in words),
        *(Rule(2, "Addresses", "address", one, "block") for one in _addresses(WORDS // 2)),
        *(Rule(3, "Shapes", "shape", one, "confirm") for one in ("trc20", "btc", "erc20")),
    ]


def _addresses(count: int) -> list[str]:
    draw = random.Random(count)  # noqa: S311
    return ["T" + "".join(draw.choices(BASE58, k=33)) for _ in range(count)]


def _texts(size: int, times: int) -> list[str]:
    """Return so many texts of this size, each of other messages."""
    lines = (CORPORA / "clean.txt").read_text(encoding="utf-8").splitlines()
    draw = random.Random(2)  # noqa: S311
    return [" ".join(draw.choices(lines, k=size // 10))[:size] for _ in range(times)]


def _met(search: Search, reading: Reading) -> int:
    """Count what a text meets, forwards and backwards, so that all of it is looked for."""
    return sum(1 for _ in search.met_in(reading)) + sum(1 for _ in search.met_backwards(reading))


def _checks(times: int) -> list[Callable[[], object]]:
    """Return whole checks of replies, one after the other, in conversations that run."""
    _listed()
    agent = db.session.get_one(Agent, course.AGENTS[0])
    rows = select(Conversation).where(
        Conversation.assignee_id == agent.id, Conversation.status == "open"
    )
    cases = db.session.scalars(rows.limit(50)).all()
    return [
        lambda case=case, text=text: check(
            case, [Part("reply", text)], by=agent, now=case.last_message_at
        )
        for case, text in zip(cycle(cases), _texts(REPLY, times), strict=False)
    ]


def _listed() -> None:
    """Give the project of the data set the list."""
    group = RiskWordGroup(name="Care", created_at=course.END)
    group.projects = [db.session.get_one(Project, course.PROJECT)]
    db.session.add(group)
    db.session.flush()
    facts = {"group_id": group.id, "created_at": course.END}
    rows = [{"kind": rule.kind, "text": rule.text} | facts for rule in _rules()]
    db.session.execute(insert(RiskWord), rows)
    restamp([course.PROJECT])
    commit()


def measured(name: str, looks: list[Callable[[], object]]) -> Figure:
    """Do each of these once; tell how long it took and what it cost."""
    looks[0]()  # reads the table of look-alikes
    cost = time.process_time()
    seconds = [took(look) for look in looks]
    cost = time.process_time() - cost
    return timed(name, seconds, cpu_ms=1000 * cost / len(seconds))


def took(look: Callable[[], object]) -> float:
    """Return how long one look takes."""
    start = time.perf_counter()
    look()
    return time.perf_counter() - start
