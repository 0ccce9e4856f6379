"""One case, acted out in time: who says what after which pause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from support.demo.customers import Patron
from support.demo.pictures import one_of
from support.demo.scenes import Line, Scene, particulars
from support.demo.team import TEAM, DemoAgent, agents_of


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: at what instant, in whose thread, by which agent (an address) if by one."""

    at: datetime
    kind: str
    project: str
    customer: int
    text: str = ""
    by: str = ""
    to: str = ""
    picture: int | None = None
    message: int | None = None

    @property
    def is_message(self) -> bool:
        """Whether it is said to or by the customer."""
        return self.kind in ("say", "reply")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open case lies: in a project's queue, or on somebody's desk (an address)."""

    project: str
    holder: str = ""
    answered: bool = False


@dataclass
class Case:
    """A case while it is acted out: its clock and whoever holds it."""

    random: Random
    who: Patron
    project: str
    at: datetime
    holder: DemoAgent | None = None
    acts: list[Act] = field(default_factory=list[Act])

    def play(self, scene: Scene) -> list[Act]:
        """Act a scene out, line by line."""
        given = particulars(self.random, name=self.who.first_name)
        for line in scene.lines:
            self._line(line, line.text.format(agent=self._speaker(line), **given))
        return self.acts

    def end(self) -> list[Act]:
        """The holder resolves the case."""
        if self.holder is not None:
            self.wait(30, 600)
            self._add("resolve", by=self.holder.email)
        return self.acts

    def wait(self, least: float, most: float) -> None:
        """Let some seconds pass, a short while being likelier than a long one."""
        self.at += timedelta(seconds=self.random.triangular(least, most, least))

    def _line(self, line: Line, text: str) -> None:
        if line.kind == "return":
            self.end()
            self.wait(3600, 16 * 3600)
        getattr(self, f"_{'say' if line.by_customer else line.kind}")(line, text)

    def _say(self, line: Line, text: str) -> None:
        picture = one_of(line.photo, self.random.random()) if line.photo else None
        if self.acts and line.kind == "say":
            self.wait(8, 60 if self.acts[-1].kind == "say" else 360)
        self._add("say", text=text, picture=picture)

    def _reply(self, line: Line, text: str) -> None:
        del line
        self.wait(40, 420 if self.acts[-1].kind == "say" else 90)
        self._add("reply", text=text, by=self._holder().email)

    def _note(self, line: Line, text: str) -> None:
        del line
        self.wait(15, 90)
        self._add("note", text=text, by=self._holder().email)

    def _transfer(self, line: Line, text: str) -> None:
        del line
        giver = self._holder()
        self.holder = self.random.choice([agent for agent in _able(self.project) if agent != giver])
        self.wait(20, 120)
        self._add("transfer", text=text, by=giver.email, to=self.holder.email)

    def _speaker(self, line: Line) -> str:
        if line.by_customer or line.kind == "transfer":
            return self.holder.first_name if self.holder else ""
        return self._holder().first_name

    def _holder(self) -> DemoAgent:
        """Return who holds the case; the first who has something to do takes it."""
        if self.holder is None:
            self.holder = self.random.choice(agents_of(self.project))
        if not any(act.kind == "take" for act in self.acts):
            self.wait(20, self.random.choice((120, 300, 300, 1500)))
            self._add("take", by=self.holder.email)
        return self.holder

    def _add(
        self,
        kind: str,
        *,
        text: str = "",
        by: str = "",
        to: str = "",
        picture: int | None = None,
    ) -> None:
        act = Act(self.at, kind, self.project, self.who.telegram_id, text, by, to, picture)
        self.acts.append(act)


def _able(project: str) -> list[DemoAgent]:
    return [agent for agent in TEAM if project in agent.memberships]


def whole(random: Random, scene: Scene, who: Patron, project: str, start: datetime) -> list[Act]:
    """Act a whole case out, from its first message to its resolution."""
    case = Case(random, who, project, start)
    case.play(scene)
    return case.end()


def begun(random: Random, scene: Scene, who: Patron, at: Place, end: datetime) -> list[Act]:
    """Act a case out that is still open: in the queue if nobody holds it, else half way."""
    agent = next((agent for agent in TEAM if agent.email == at.holder), None)
    case = Case(random, who, at.project, end, holder=agent)
    acts = case.play(replace(scene, lines=tuple(_beginning(random, scene, at))))
    late = end - acts[-1].at
    return [replace(act, at=act.at + late) for act in acts]


def _beginning(random: Random, scene: Scene, at: Place) -> Iterator[Line]:
    """Cut a scene before its first answer, right after it, or before a later one."""
    lines = [line for line in scene.lines if line.kind in ("say", "reply", "note")]
    replies = [place for place, line in enumerate(lines) if line.kind == "reply"]
    if not at.holder:
        return iter(lines[: replies[0]])
    answered = [replies[0] + 1]
    return iter(lines[: random.choice(answered if at.answered else replies[1:3] or answered)])
