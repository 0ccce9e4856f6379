"""Reports: what each page costs over 30 and over 90 days of a year at a larger desk.

200,000 conversations with a million messages, spread evenly over 365 days; 20 agents, four
seniors above them, and a supervisor, who reads. The ranges end with the last day of the data.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, insert

from benchmarks import course, dataset, store, story, words, yearly
from benchmarks.figures import Figure, say
from benchmarks.pages import measure
from benchmarks.plan import Plan
from benchmarks.servers import serving
from benchmarks.visitor import Visitor
from support.models import (
    Agent,
    EscalationReason,
    Group,
    GroupMember,
    Membership,
    Project,
    Workspace,
)

PAGES = {"overview": "", "agents": "/agents", "sla": "/sla", "escalations": "/escalations"}
DAYS = (30, 90)
PORTION = 2_000  # conversations in one transaction
ZONE = "Europe/Berlin"


def run(plan: Plan, *, times: int = 40, warm: int = 5) -> Generator[Figure]:
    """Give the figures of each page and range."""
    with (
        dataset.lent(
            plan, "reports", build, sys.modules[__name__], course, story, words, yearly
        ) as (folder, url),
        serving(folder, url) as servers,
    ):
        servers.start_web()
        reader = Visitor(servers.port)
        reader.log_in(f"{words.SUPERVISOR.casefold()}@harbour.example")
        paid = [servers.pid("web"), *store.server_pids(url)]
        for name, page in pages():
            yield measure(name, partial(opened, reader, page), times=times, warm=warm, paid=paid)


def pages() -> Generator[tuple[str, str]]:
    """Give each page over the last days of the data set, with the name of its figure."""
    last = course.END.date()
    for name, path in PAGES.items():
        for days in DAYS:
            first = last - timedelta(days=days - 1)
            yield f"{name}_{days}", f"/reports{path}?from={first}&to={last}"


def opened(reader: Visitor, page: str, _number: int) -> str:
    """Open a page."""
    return reader.get(page)


def build(plan: Plan, engine: Engine) -> None:
    """Write the desk and its year."""
    with engine.begin() as connection:
        add_desk(connection)
    year = yearly.Year(plan.conversations)
    for first in range(0, plan.conversations, PORTION):
        for number in range(first, min(first + PORTION, plan.conversations)):
            year.write(number)
        with engine.begin() as connection:
            dataset.add(connection, year.taken())
        if first % (20 * PORTION) == 0:
            say(f"{first} conversations are written")
    with engine.begin() as connection:
        dataset.finish(connection, year.seq[1:])


def add_desk(connection: Connection) -> None:
    """Write the workspace, its project, two groups, their people and the reasons."""
    start = course.END - course.YEAR
    connection.execute(insert(Workspace), {"id": 1, "name": "Harbour", "created_at": start})
    project = {"id": course.PROJECT, "name": "Harbour", "bot_id": dataset.BOT, "bot_username": "b"}
    project |= {"bot_name": "Harbour", "token_sealed": "", "created_at": start, "timezone": ZONE}
    connection.execute(insert(Project), project)
    people = [person(number) for number in (*yearly.CREW, *yearly.SENIORS, yearly.SUPERVISOR)]
    connection.execute(insert(Agent), people)
    connection.execute(insert(Membership), [member(row["id"]) for row in people])
    groups = ((yearly.FRONTLINE, "Frontline", 1, "all"), (yearly.ADVANCED, "Advanced", 2, "chosen"))
    for number, name, level, scope in groups:
        row = {"id": number, "project_id": course.PROJECT, "name": name, "created_at": start}
        connection.execute(insert(Group), row | {"level": level, "scope": scope})
    places = [
        {"group_id": yearly.ADVANCED, "agent_id": one, "position": one, "added_at": start}
        for one in yearly.SENIORS
    ]
    connection.execute(insert(GroupMember), places)
    reasons = [
        {"id": one, "project_id": course.PROJECT, "name": f"Reason {one}"} for one in yearly.REASONS
    ]
    connection.execute(insert(EscalationReason), reasons)


def person(number: int) -> dict[str, Any]:
    """Return the row of one of the crew; the supervisor has the other data set's name."""
    name = words.SUPERVISOR if number == yearly.SUPERVISOR else words.crew(number)
    row = dataset.person(number, name, dataset.hashed())
    return row | {"role": "member", "email": f"{name.casefold().replace(' ', '')}@harbour.example"}


def member(agent: int) -> dict[str, Any]:
    """Return the row of somebody's place in the project."""
    role = "supervisor" if agent == yearly.SUPERVISOR else "agent"
    row = {"agent_id": agent, "project_id": course.PROJECT, "role": role}
    return row | {"created_at": course.END - course.YEAR}
