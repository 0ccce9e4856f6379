"""How the demonstration's projects are arranged: groups, tags, and what words set in motion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from support import groups, reasons, tags
from support.demo.team import TEAM, DemoAgent
from support.models import Agent, Group, Project

WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
# One person looks at this desk at a time: his colleagues are not silent, they are scenery.
DAY, HOUR = 24 * 60, 60


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """A group to be made; no members means every agent of the project."""

    project: str
    name: str
    level: int
    members: tuple[str, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict[str, Any])


# A fallback stands before the group that falls back to it.
GROUPS = (
    DemoGroup("wallet", "Technical", 3, ("wei", "sun"), {"strategy": "round_robin"}),
    DemoGroup(
        "wallet",
        "Advanced Support Group",
        2,
        ("sun", "wei"),
        {"capacity": 2, "fallback": "Technical", "accept_minutes": 15},
    ),
    DemoGroup("wallet", "Frontline", 1, ("mei", "ken", "emma"), {"scope": "chosen", "capacity": 6}),
    DemoGroup("market", "Advanced Support Group", 2, ("david", "sun"), {"hours": WEEK}),
    DemoGroup("market", "Frontline", 1, (), {"fallback": "Advanced Support Group"}),
)
USUAL = {
    "strategy": "online_first",
    "silent_minutes": DAY,
    "fallback_minutes": 4 * HOUR,
}
TAGS = {
    "refund": "green",
    "KYC": "blue",
    "bug": "orange",
    "angry": "red",
    "on-chain": "teal",
    "fraud": "purple",
    "VIP": "yellow",
}
MODES = {"wallet": {"funds": "auto", "security": "urgent"}, "market": {"public": "urgent"}}


def frontline_of(key: str) -> list[DemoAgent]:
    """Return who answers the customers of a project day by day."""
    chosen = next(one.members for one in GROUPS if (one.project, one.level) == (key, 1))
    return [
        agent
        for agent in TEAM
        if agent.memberships.get(key) == "agent" and (not chosen or agent.key in chosen)
    ]


def arrange(
    project: Project, key: str, agents: Mapping[str, Agent], *, by: Agent, now: datetime
) -> None:
    """Make a project's groups and tags, and say which reasons do more than suggest."""
    made: dict[str, Group] = {}
    for one in GROUPS:
        if one.project == key:
            made[one.name] = _made(one, project, made, agents, by=by, now=now)
    for name, colour in TAGS.items():
        tags.create(project, name, colour=colour, by=by, now=now)
    for reason in reasons.listed(project):
        if mode := MODES[key].get(reason.key or ""):
            reasons.change(project, reason, by=by, now=now, mode=mode)


def _made(
    one: DemoGroup,
    project: Project,
    made: Mapping[str, Group],
    agents: Mapping[str, Agent],
    *,
    by: Agent,
    now: datetime,
) -> Group:
    rules: dict[str, Any] = {**USUAL, **one.rules}
    if "fallback" in rules:
        rules["fallback"] = made[rules["fallback"]]
    group = groups.create(project, one.name, level=one.level, by=by, now=now, **rules)
    if one.members:
        members = [agents[f"{key}@demo.example"] for key in one.members]
        groups.set_members(group, members, by=by, now=now)
    return group
