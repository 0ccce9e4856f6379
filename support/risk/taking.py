"""Taking a CSV file of risk words in: looked through first, then wholly done or not at all.

It adds what is missing and sets the rules that the file names; it takes nothing away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from support.models import Agent, Project, RiskWordGroup
from support.models.risk import KINDS
from support.people import NAME_LIMIT
from support.refusals import (
    CsvBadCell,
    CsvChangesNothing,
    CsvContradiction,
    CsvHasErrors,
    CsvNoGroup,
    Refusal,
    RiskGroupShared,
)
from support.risk import changes, table, wording

TRUTHS = {"yes": True, "no": False, "1": True, "0": False, "true": True, "false": False}
STOPS = {
    "confirm": {"action": "confirm", "four_eyes": False},
    "approve": {"action": "confirm", "four_eyes": True},
    "block": {"action": "block", "four_eyes": False},
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that cannot be taken in, and why."""

    line: int
    why: Refusal


@dataclass(slots=True)
class Change:
    """What a file says of one group: `rules` that change, `words` by kind that are new."""

    name: str
    group: RiskWordGroup | None
    there: Mapping[str, Collection[str]]
    rules: dict[str, Any] = field(default_factory=dict)
    words: dict[str, dict[str, None]] = field(default_factory=dict)
    known: int = 0

    @property
    def new(self) -> int:
        """How many words are new."""
        return sum(len(texts) for texts in self.words.values())

    @property
    def says_something(self) -> bool:
        """Whether a right line spoke of it."""
        return bool(self.new or self.known or self.differs())

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """The doubtful ones among the new words, with the sentence of each."""
        words = [(kind, text) for kind, texts in self.words.items() for text in texts]
        return [(text, no) for kind, text in words if (no := wording.doubt(kind, text))]

    def differs(self) -> dict[str, Any]:
        """Return the rules that are not the group's already."""
        if self.group is None:
            return self.rules
        return {
            name: said for name, said in self.rules.items() if getattr(self.group, name) != said
        }


@dataclass(slots=True)
class Plan:
    """What taking a file in would change, and the lines that are wrong."""

    changes: dict[str, Change] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether it would change anything."""
        return any(one.group is None or one.new or one.differs() for one in self.changes.values())


def planned(project: Project, text: str, *, fixed: Collection[int] = ()) -> Plan:
    """Look a file through; `fixed` are the groups that the asker may not change."""
    groups = {group.name.casefold(): group for group in changes.in_project(project)}
    plan = Plan()
    for number, cell in table.read(text):
        try:
            change = _change(plan, groups, number, cell["group"], fixed)
            _rules(change, number, cell)
            _word(change, number, cell)
        except Refusal as why:
            plan.wrong.append(Wrong(number, why))
    if plan.wrong:
        plan.changes = {key: one for key, one in plan.changes.items() if one.says_something}
    return plan


def _change(
    plan: Plan, groups: dict[str, RiskWordGroup], line: int, name: str, fixed: Collection[int]
) -> Change:
    name = wording.cleaned(name)
    if not 0 < len(name) <= NAME_LIMIT:
        raise CsvNoGroup(line=line, limit=NAME_LIMIT)
    key = name.casefold()
    if key not in plan.changes:
        group = groups.get(key)
        if group is not None and group.id in fixed:
            raise RiskGroupShared(name=name)
        there = {kind: set(changes.texts(group, kind)) if group else set[str]() for kind in KINDS}
        plan.changes[key] = Change(name, group, there)
    return plan.changes[key]


def _rules(change: Change, line: int, cell: dict[str, str]) -> None:
    """Note what the line says of the group's rules; an empty cell says nothing."""
    said = _said(line, "stop", cell, STOPS) or {}
    for name in ("only_escalated", "flags_incoming"):
        if (flag := _said(line, name, cell, TRUTHS)) is not None:
            said[name] = flag
    for name, value in said.items():
        if change.rules.setdefault(name, value) != value:
            raise CsvContradiction(line=line, group=change.name)


def _said(line: int, column: str, cell: dict[str, str], choices: dict[str, Any]) -> Any:
    text = cell.get(column, "").strip().casefold()
    if not text:
        return None
    if text not in choices:
        raise CsvBadCell(line=line, text=text, column=column, choices=", ".join(choices))
    said = choices[text]
    return dict(said) if isinstance(said, dict) else said


def _word(change: Change, line: int, cell: dict[str, str]) -> None:
    kind, text = cell["kind"].strip().casefold(), wording.cleaned(cell["text"])
    if not kind and not text:
        return
    if kind not in KINDS:
        raise CsvBadCell(line=line, text=kind, column="kind", choices=", ".join(KINDS))
    if no := wording.refusal(kind, text, line=line):
        raise no
    if text in change.there[kind] or text in change.words.get(kind, {}):
        change.known += 1
    else:
        change.words.setdefault(kind, {})[text] = None


def take_in(
    project: Project,
    text: str,
    *,
    fixed: Collection[int] = (),
    by: Agent | None,
    now: datetime,
) -> Plan:
    """Do what a file says; refuse the whole of it when one line is wrong or nothing is new."""
    plan = planned(project, text, fixed=fixed)
    if plan.wrong:
        raise CsvHasErrors
    if not plan.anything:
        raise CsvChangesNothing
    for change in plan.changes.values():
        _done(project, change, by=by, now=now)
    return plan


def _done(project: Project, change: Change, *, by: Agent | None, now: datetime) -> None:
    group = change.group
    if group is None:
        places = [project]
        group = changes.create_group(change.name, projects=places, by=by, now=now, **change.rules)
    elif rules := change.differs():
        changes.change_group(group, by=by, now=now, **rules)
    for kind, texts in change.words.items():
        changes.add_words(group, kind, texts, by=by, now=now)
