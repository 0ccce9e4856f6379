"""The data set: conversations of a year, built once, cached, and copied for each run.

Each conversation has eight messages. Two of a hundred are open, as on a desk that closes
its cases within the day; a quarter of those wait in the queue. One project, five agents
and a supervisor. The same rows come out each time.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, func, insert, inspect, select, text, update

from benchmarks import case, course, store, story, words
from benchmarks.figures import say
from benchmarks.plan import Plan
from support.config import ROOT
from support.models import Agent, BotState, Customer, Membership, Project, Workspace

TOKEN = "700000001:benchmarks-of-the-desk-at-work-000000"  # noqa: S105 - no bot of Telegram's
BOT = 700_000_001
PASSWORD = "measured in the harbour"  # noqa: S105 - it opens nothing but the data set
PORTION = 1000  # conversations in one transaction


Builder = Callable[[Plan, Engine], None]


def copied(plan: Plan) -> AbstractContextManager[tuple[Path, str]]:
    """Give a folder and the URL of a fresh copy of the data set; both are gone afterwards."""
    return lent(plan, "benchmark", build, case, course, story, words)


@contextmanager
def lent(
    plan: Plan, kind: str, builder: Builder, *modules: ModuleType
) -> Generator[tuple[Path, str]]:
    """Give a copy of a data set of this kind, which is built once as these modules tell it."""
    database = store.chosen(plan)
    name = f"{kind}_{plan.conversations}_{fingerprint(modules)}"
    if not database.has(name):
        say(f"building the data set of {plan.conversations} conversations, once")
        database.forget(f"{kind}_{plan.conversations}_")
        with database.building(name) as engine:
            builder(plan, engine)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=plan.cache))
    try:
        with database.copied(name, folder) as url:
            yield folder, url
    finally:
        shutil.rmtree(folder)


def fingerprint(modules: Iterable[ModuleType]) -> str:
    """Name the shape of the data: another schema or another story is another data set."""
    files = [*(ROOT / "support" / "migrations" / "versions").glob("*.py")]
    files += [Path(module.__file__ or "") for module in modules] + [Path(__file__)]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def build(plan: Plan, engine: Engine) -> None:
    """Build the data set; one that is not finished never bears its name."""
    with engine.begin() as connection:
        add_people(connection)
    author = story.Author(plan.conversations)
    for first in range(0, plan.conversations, PORTION):
        for number in range(first, min(first + PORTION, plan.conversations)):
            author.write(number)
        with engine.begin() as connection:
            add(connection, author.taken())
        if first % (20 * PORTION) == 0:
            say(f"{first} conversations are written")
    with engine.begin() as connection:
        finish(connection, author.seq)


def add_people(connection: Connection) -> None:
    """Write the workspace, its project, five agents and their supervisor, who owns it too."""
    start = course.END - course.YEAR
    project = {
        "id": course.PROJECT,
        "name": "Harbour",
        "bot_id": BOT,
        "bot_username": "harbour_bot",
        "bot_name": "Harbour",
        "token_sealed": "",
        "created_at": start,
    }
    workspace = {"id": 1, "name": "Harbour", "created_at": start}
    connection.execute(insert(Workspace), workspace)
    connection.execute(insert(Project), project)
    connection.execute(insert(BotState), {"project_id": course.PROJECT, "changed_at": start})
    names, kept = [*words.AGENTS, words.SUPERVISOR], hashed()
    people = [person(number, name, kept) for number, name in enumerate(names, 1)]
    connection.execute(insert(Agent), people)
    connection.execute(insert(Membership), [member(row["id"]) for row in people])


def hashed() -> str:
    """Return the hash of everybody's password, cheap to verify: we measure behind the login."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def person(number: int, name: str, password_hash: str) -> dict[str, Any]:
    """Return the row of an agent; the supervisor owns the installation."""
    return {
        "id": number,
        "email": f"{name.casefold()}@harbour.example",
        "name": name,
        "role": "owner" if number == course.SUPERVISOR else "member",
        "password_hash": password_hash,
        "created_at": course.END - course.YEAR,
    }


def member(agent: int) -> dict[str, Any]:
    """Return the row of an agent's place in the project."""
    role = "supervisor" if agent == course.SUPERVISOR else "agent"
    created = course.END - course.YEAR
    return {"agent_id": agent, "project_id": course.PROJECT, "role": role, "created_at": created}


def add(connection: Connection, rows: dict[type, list[course.Row]]) -> None:
    """Write the rows of some conversations, many in one statement."""
    for kind, many in rows.items():
        connection.execute(insert(kind), many)


def finish(connection: Connection, numbers: list[int]) -> None:
    """Write how far each thread is, and let the database count on from our ids."""
    for customer, seq in enumerate(numbers, 1):
        connection.execute(update(Customer).where(Customer.id == customer).values(seq=seq))
    if connection.dialect.name == "postgresql":
        go_on(connection)


def go_on(connection: Connection) -> None:
    """Set every sequence behind the ids that were given explicitly."""
    for table in inspect(connection).get_table_names():
        columns = {column["name"] for column in inspect(connection).get_columns(table)}
        if "id" in columns:
            last = select(func.max(text("id"))).select_from(text(f'"{table}"')).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table, "id")
            connection.execute(select(func.setval(sequence, func.coalesce(last, 1))))
