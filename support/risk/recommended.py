"""The recommended groups of risk words, made a project's own: then they are like any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from support.models import Agent, Project, RiskWordGroup
from support.risk import changes, shipped
from support.risk.shipped import Shipped

Naming = Callable[[str], str]


def missing(project: Project, named: Naming = str) -> list[Shipped]:
    """Return the recommended groups that a project has not; `named` translates their names."""
    there = {group.name.casefold() for group in changes.in_project(project)}
    return [
        one
        for one in shipped.GROUPS
        if not {one.name.casefold(), named(one.name).casefold()} & there
    ]


def begin(
    project: Project, named: Naming = str, *, by: Agent | None, now: datetime
) -> list[RiskWordGroup]:
    """Make the recommended groups that are missing, with their words."""
    return [_made(project, one, named(one.name), by=by, now=now) for one in missing(project, named)]


def _made(
    project: Project, one: Shipped, name: str, *, by: Agent | None, now: datetime
) -> RiskWordGroup:
    group = changes.create_group(name, projects=[project], action=one.action, by=by, now=now)
    for kind, lines in groupby(sorted(one.lines, key=itemgetter(0)), key=itemgetter(0)):
        changes.add_words(group, kind, [text for _, text in lines], by=by, now=now)
    return group
