"""What the demonstration's agents must not send, and what they nearly sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from support import approvals, drafts, messages, risk
from support.db import db
from support.demo.cases import Act
from support.models import Agent, Conversation, Project, RiskAttempt
from support.risk import changes, own_addresses

TREASURY = "TXXe5rxmMK7iha63znnLfwPkoReds3e7AA"
# One of every so many replies was another text at first.
SELDOM = 29
BEFORE, AFTERWARDS = timedelta(seconds=40), timedelta(seconds=15)
WHY_REJECTED = "Under investigation since Tuesday. Send him to the form instead."


@dataclass(frozen=True, slots=True)
class DemoWords:
    """A group of risk words that applies to every project."""

    name: str
    lines: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Any]


GROUPS = (
    DemoWords(
        "Frozen addresses",
        {"fragment": ("T9yD",), "address": ("T9yDJT5pi2Y8U9Yzs6H6nhkDqLG8UxKdJP",)},
        {"action": "confirm"},
    ),
    DemoWords(
        "Addresses under investigation",
        {"address": ("TQyJEXYkXULSYk594q2AnZtsgaa7FyT2EV",)},
        {"action": "confirm", "four_eyes": True},
    ),
    DemoWords(
        "Promises we cannot keep",
        {"word": ("guaranteed profit", "double your money", "保证收益", "稳赚不赔")},
        {"action": "block", "flags_incoming": True},
    ),
)
NEARLY = (
    "Please send the USDT to T9yDfP3vf8BuP4JNT4XJFAaFwtYLh3ZBYb and tell me the hash.",
    "Stay with us until Friday: that plan is guaranteed profit.",
    "Your refund goes to T9yDJT5pi2Y8U9Yzs6H6nhkDqLG8UxKdJP as you asked.",
    "Send it to our wallet: TXXe5rxmMK7iha68znnLfwPkoReds3e7AA",
    "It can be paid out to TQyJEXYkXULSYk594q2AnZtsgaa7FyT2EV today.",
)


def arrange(projects: list[Project], *, by: Agent, now: datetime) -> None:
    """Give the projects their lists."""
    for one in GROUPS:
        group = changes.create_group(one.name, projects=projects, by=by, now=now, **one.rules)
        for kind, lines in one.lines.items():
            changes.add_words(group, kind, lines, by=by, now=now)
    for project in projects:
        own_addresses.add(project, TREASURY, "Treasury", by=by, now=now)


def nearly(conversation: Conversation, act: Act, *, by: Agent) -> None:
    """Let an agent try another text first, now and then, and think better of it."""
    number = act.message or 0
    if number % SELDOM != 3:
        return
    text, at = NEARLY[number // SELDOM % len(NEARLY)], act.at - BEFORE
    key = f"demo-nearly-{act.project}-{number}"
    attempt = messages.reply(conversation, text, by=by, now=at, client_key=key)
    drafts.forget(conversation, mode="reply", by=by)
    if isinstance(attempt, RiskAttempt):
        _settled(attempt, by=by, now=at + AFTERWARDS)


def _settled(attempt: RiskAttempt, *, by: Agent, now: datetime) -> None:
    if attempt.stop == "confirm":
        risk.cancel(attempt, by=by, now=now)
    elif attempt.stop == "approve":
        other = db.session.get_one(Agent, risk.approvers(attempt.project_id, by.id)[0])
        approvals.reject(attempt, by=other, now=now, reason=WHY_REJECTED)
