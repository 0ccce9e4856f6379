"""Make, change and remove groups of risk words; each change is recorded and stamps the lists anew.

A plan without new risk rules refuses additions and disarms nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from support import events, live, plans
from support.db import db
from support.models import Agent, EventKind, Project, RiskWord, RiskWordGroup
from support.models.risk import ACTIONS
from support.people import checked_name
from support.plans import Feature
from support.refusals import BadChoice, RiskGroupNameTaken, RiskGroupNowhere, RiskListFull
from support.risk import lists, wording

CHANGEABLE = (
    *("name", "action", "four_eyes", "only_escalated", "flags_incoming", "paused", "projects"),
)
MOST_WORDS = 10_000
# One event names this many words at most: a long list is several events.
WORDS_IN_EVENT = 500


def in_project(project: Project) -> list[RiskWordGroup]:
    """Return the groups that apply to a project, by name."""
    rows = select(RiskWordGroup).where(
        RiskWordGroup.projects.any(Project.id == project.id), RiskWordGroup.removed_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(RiskWordGroup.name, RiskWordGroup.id)))


def create_group(
    name: str, *, projects: Sequence[Project], by: Agent | None, now: datetime, **values: Any
) -> RiskWordGroup:
    """Make a group without words; refuse a name that is taken where it applies."""
    plans.require(Feature.RISK_RULES)
    group = RiskWordGroup(created_at=now)
    _set(group, {"projects": projects, "name": name, **values}, now=now)
    db.session.add(group)
    db.session.flush()
    _record(group, EventKind.RISK_GROUP_CREATED, group.projects, _facts(group), by=by, now=now)
    return group


def change_group(group: RiskWordGroup, *, by: Agent | None, now: datetime, **values: Any) -> None:
    """Change rules of a group; what changed is recorded with before and after, where it applied."""
    before, places = _facts(group), {project.id: project for project in group.projects}
    if set(values.get("projects", ())) - set(group.projects):
        plans.require(Feature.RISK_RULES)
    with db.session.no_autoflush:
        _set(group, values, now=now)
    db.session.flush()
    after = _facts(group)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changed:
        places |= {project.id: project for project in group.projects}
        kind, facts = EventKind.RISK_GROUP_CHANGED, {"changed": changed}
        _record(group, kind, places.values(), facts, by=by, now=now)


def remove_group(group: RiskWordGroup, *, by: Agent | None, now: datetime) -> None:
    """Take a group away; what was stopped by it keeps its name."""
    if group.removed_at is None:
        group.removed_at = now
        _record(group, EventKind.RISK_GROUP_REMOVED, group.projects, _facts(group), by=by, now=now)


def _set(group: RiskWordGroup, values: dict[str, Any], *, now: datetime) -> None:
    for field, value in values.items():
        if field not in CHANGEABLE:
            msg = f"a group of risk words has no rule named {field}"
            raise TypeError(msg)
        if field == "paused":
            group.paused_at = (group.paused_at or now) if value else None
        else:
            setattr(group, field, _good(field, value))
    group.name = _free_name(group)


def _good(field: str, value: Any) -> Any:
    if field == "action" and value not in ACTIONS:
        raise BadChoice(value=value)
    if field == "projects" and not value:
        raise RiskGroupNowhere
    return list(value) if field == "projects" else value


def _free_name(group: RiskWordGroup) -> str:
    name = checked_name(group.name)
    for project in group.projects:
        for other in in_project(project):
            if other is not group and other.name.casefold() == name.casefold():
                raise RiskGroupNameTaken(name=name)
    return name


def _facts(group: RiskWordGroup) -> dict[str, Any]:
    plain = {
        field: getattr(group, field)
        for field in ("name", "action", "four_eyes", "only_escalated", "flags_incoming")
    }
    places = sorted(project.name for project in group.projects)
    return {**plain, "paused": group.paused_at is not None, "projects": places}


def add_words(
    group: RiskWordGroup, kind: str, lines: Iterable[str], *, by: Agent | None, now: datetime
) -> list[str]:
    """Add words of one kind, a line each; give those that were not there yet.

    Refuses the whole when one line is unfit: nothing is half done.
    """
    plans.require(Feature.RISK_RULES)
    wanted = wording.checked(kind, lines)
    db.session.execute(select(RiskWordGroup.id).filter_by(id=group.id).with_for_update())
    there = texts(group, kind)
    new = [text for text in wanted if text not in there]
    if sum(counts([group]).get(group.id, {}).values()) + len(new) > MOST_WORDS:
        raise RiskListFull(limit=MOST_WORDS)
    rows = [RiskWord(group_id=group.id, kind=kind, text=text, created_at=now) for text in new]
    db.session.add_all(rows)
    _words_changed(group, kind, "added", new, by=by, now=now)
    return new


def remove_words(
    group: RiskWordGroup, words: Collection[RiskWord], *, by: Agent | None, now: datetime
) -> None:
    """Take words off a group's list."""
    for kind in sorted({word.kind for word in words}):
        gone = [word for word in words if word.kind == kind]
        for word in gone:
            db.session.delete(word)
        _words_changed(group, kind, "removed", [word.text for word in gone], by=by, now=now)


def set_shapes(
    group: RiskWordGroup, names: Collection[str], *, by: Agent | None, now: datetime
) -> None:
    """Make these the shapes that a group looks for."""
    there = texts(group, "shape")
    gone = [word for text, word in there.items() if text not in names]
    new = [name for name in names if name not in there]
    if new:
        add_words(group, "shape", new, by=by, now=now)
    if gone:
        remove_words(group, gone, by=by, now=now)


def texts(group: RiskWordGroup, kind: str) -> dict[str, RiskWord]:
    """Return a group's words of one kind by their texts."""
    rows = select(RiskWord).where(RiskWord.group_id == group.id, RiskWord.kind == kind)
    return {word.text: word for word in db.session.scalars(rows.order_by(RiskWord.id))}


def counts(groups: Iterable[RiskWordGroup]) -> dict[int, dict[str, int]]:
    """Count the words of each group by kind."""
    return wording.counts([group.id for group in groups])


def _words_changed(
    group: RiskWordGroup, kind: str, what: str, said: list[str], *, by: Agent | None, now: datetime
) -> None:
    if not said:
        return
    db.session.flush()
    db.session.expire(group, ["words"])
    for start in range(0, len(said), WORDS_IN_EVENT):
        facts = {"words": kind, what: said[start : start + WORDS_IN_EVENT]}
        _record(group, EventKind.RISK_GROUP_CHANGED, group.projects, facts, by=by, now=now)


def _record(
    group: RiskWordGroup,
    kind: EventKind,
    projects: Iterable[Project],
    data: dict[str, Any],
    *,
    by: Agent | None,
    now: datetime,
) -> None:
    """Write down in every project what was done to the group, and stamp those projects' lists."""
    places = list(projects)
    facts = {"group": group.id, "name": group.name} | data
    for project in places:
        events.record(kind, by=by, now=now, project_id=project.id, **facts)
        live.poke("desk", project=project.id, queue=True)
    db.session.flush()
    lists.restamp([project.id for project in places])
