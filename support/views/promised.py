"""A promise in words, and its reminders as the lines of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from support.refusals import BadStage
from support.sla.promise import Policy
from support.sla.stages import AUDIENCE, MOST_MINUTES, Stage
from support.views import timeline
from support.views.asked import number
from support.views.forms import refused

EMPTY_LINES = 2
MOST_LINES = 20


def metrics() -> dict[str, str]:
    """Return the names of what is promised."""
    return {metric: _(name) for metric, name in timeline.METRICS.items()}


def whom() -> dict[str, str]:
    """Return the names of those whom a reminder can reach."""
    return {
        "assignee": _("Assignee"),
        "supervisors": _("Supervisors"),
        "group": _("Group"),
    }


def acts() -> dict[str, str]:
    """Return the names of what the desk can do at a stage."""
    return {
        "none": _("remind only"),
        "reassign": _("give it to somebody else"),
        "escalate": _("escalate it"),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder as it stands in the form; an empty amount is no reminder."""

    amount: str = ""
    unit: str = "percent"
    to: tuple[str, ...] = ()
    act: str = "none"


def stages(policy: Policy) -> list[Line]:
    """Return the lines of the form: as typed when it was refused, and some empty ones."""
    if refused("sla"):
        return lines_in(request.form)
    return [*map(_line, policy.stages), *[Line() for _number in range(EMPTY_LINES)]]


def _line(stage: Stage) -> Line:
    if stage.minutes is None:
        return Line(str(stage.percent), "percent", stage.to, stage.act)
    return Line(str(stage.minutes), "minutes", stage.to, stage.act)


def lines_in(form: MultiDict[str, str]) -> list[Line]:
    """Return the lines of a form in their order."""
    return [_typed(form, place) for place in range(MOST_LINES) if f"stage-{place}" in form]


def _typed(form: Mapping[str, str], place: int) -> Line:
    name = f"stage-{place}"
    to = tuple(who for who in AUDIENCE if f"{name}-{who}" in form)
    unit, act = form.get(f"{name}-unit", ""), form.get(f"{name}-act", "")
    return Line(form.get(name, "").strip(), unit, to, act)


def stages_in(form: MultiDict[str, str]) -> list[Stage] | None:
    """Return the reminders of a form, for `policies.change` to check; None if it has no lines."""
    lines = lines_in(form)
    return [_stage(line) for line in lines if line.amount] if lines else None


def _stage(line: Line) -> Stage:
    amount = number(line.amount)
    if amount is None:
        raise BadStage(limit=MOST_MINUTES)
    if line.unit == "percent":
        return Stage(percent=amount, to=line.to, act=line.act)
    return Stage(minutes=amount, to=line.to, act=line.act)
