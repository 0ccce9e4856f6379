"""Reminders of a promise: when each stage comes, whom it reaches, and what the desk does then.

As kept with a policy: `{"percent": 50, "to": ["assignee"]}` at a share of the target, or
`{"minutes": 10, "to": [], "act": "escalate"}` after the breach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from support.refusals import (
    BadChoice,
    BadStage,
    LadderBackwards,
    LadderTwice,
    StageForNobody,
    StageTooEarly,
    StageTwice,
    TooManyStages,
)

AUDIENCE = ("assignee", "supervisors", "group")
ACTS = ("none", "reassign", "escalate")
MOST_STAGES = 12
MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: at `percent` of the target, or `minutes` after the breach, by the wall's clock.

    `to` names the assignee, the group's supervisors or the group; `act` is what the desk does.
    """

    percent: int | None = None
    minutes: int | None = None
    to: tuple[str, ...] = ()
    act: str = "none"

    @property
    def key(self) -> str:
        """Return the stage's name, of which a policy has each once: `50%`, or `+10`."""
        return f"{self.percent}%" if self.percent is not None else f"+{self.minutes}"

    @property
    def place(self) -> tuple[int, int]:
        """Return its place in the order: shares of the target first, then what follows."""
        return (self.percent or 0, 0) if self.minutes is None else (100, self.minutes)

    def kept(self) -> dict[str, Any]:
        """Return the stage as a policy keeps it."""
        when = {"percent": self.percent} if self.minutes is None else {"minutes": self.minutes}
        return {**when, "to": list(self.to), "act": self.act}


SHIPPED = (
    Stage(percent=50, to=("assignee",)),
    Stage(percent=80, to=("assignee",)),
    Stage(minutes=0, to=("assignee", "supervisors")),
)


def stage_from(kept: Mapping[str, Any]) -> Stage:
    """Return a stage as a policy has kept it."""
    return Stage(kept.get("percent"), kept.get("minutes"), tuple(kept["to"]), kept["act"])


def checked(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return the stages in their order; refuse what cannot be, and a ladder that leads nowhere."""
    found = sorted((_checked(stage) for stage in stages), key=lambda stage: stage.place)
    if len(found) > MOST_STAGES:
        raise TooManyStages(limit=MOST_STAGES)
    if len({stage.key for stage in found}) < len(found):
        raise StageTwice
    _require_ladder([stage.act for stage in found if stage.act != "none"])
    return tuple(found)


def _checked(stage: Stage) -> Stage:
    if not _is_timed(stage):
        raise BadStage(limit=MOST_MINUTES)
    if stage.act not in ACTS:
        raise BadChoice(value=stage.act)
    if strangers := set(stage.to) - set(AUDIENCE):
        raise BadChoice(value=min(strangers))
    if not stage.to and stage.act == "none":
        raise StageForNobody
    if stage.act != "none" and stage.minutes is None:
        raise StageTooEarly
    return stage


def _is_timed(stage: Stage) -> bool:
    if stage.minutes is None:
        return stage.percent is not None and 1 <= stage.percent <= 99
    return stage.percent is None and 0 <= stage.minutes <= MOST_MINUTES


def _require_ladder(acts: list[str]) -> None:
    """Refuse a second escalation, and taking it from somebody whom the escalation chose."""
    if acts.count("escalate") > 1:
        raise LadderTwice
    if "escalate" in acts[:-1]:
        raise LadderBackwards
