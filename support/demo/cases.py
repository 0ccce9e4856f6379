"""One case, acted out in time: what is said and done after which pause.

Who acts is not said here: it is whoever holds the conversation then, and who that is the
desk's own routing has decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from support.demo.customers import Patron
from support.demo.pictures import one_of
from support.demo.scenes import Line, Scene, particulars

# Stands in a text for the first name of whoever says it.
SPEAKER = "{agent}"
# Nobody is there to whom a conversation could be given.
NOBODY = "nobody"
ESCALATES, RETURNED, LAPSES, QUIET, TAGGED = 0.65, 0.15, 0.1, 0.4, 0.85
PARKED = 0.06
RETURNS = ("resolve", "resolve", "wait", "snooze")


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: at what instant, in whose thread, `by` whom (an address) if that matters.

    `to` is who receives it; when a customer says something, who alone is free to be given it.
    """

    at: datetime
    kind: str
    project: str = ""
    customer: int = 0
    text: str = ""
    by: str = ""
    to: str = ""
    picture: int | None = None
    message: int | None = None

    @property
    def is_message(self) -> bool:
        """Whether it is said to or by the customer."""
        return self.kind in ("say", "reply")


@dataclass
class Case:
    """A case while it is acted out: its clock, and who is to get it if that matters."""

    random: Random
    who: Patron
    project: str
    at: datetime
    to: str = ""
    tags: tuple[str, ...] = ()
    acts: list[Act] = field(default_factory=list[Act])

    def play(self, scene: Scene) -> list[Act]:
        """Act a scene out, line by line."""
        self.tags = scene.tags
        given = particulars(self.random, name=self.who.first_name)
        for line in scene.lines:
            self._line(line, line.text.format(agent=SPEAKER, **given))
        return self.acts

    def end(self) -> list[Act]:
        """The holder resolves the case."""
        if self._was("say") and self.random.random() < QUIET:
            self.wait(20, 120)
            self._add("quiet")
        self.wait(30, 600)
        self._add("resolve")
        return self.acts

    def wait(self, least: float, most: float) -> None:
        """Let some seconds pass, a short while being likelier than a long one."""
        self.at += timedelta(seconds=self.random.triangular(least, most, least))

    def _line(self, line: Line, text: str) -> None:
        if line.kind == "return":
            self._rest()
            self.wait(3600, 16 * 3600)
        getattr(self, f"_{'say' if line.by_customer else line.kind}")(line, text)

    def _rest(self) -> None:
        """Nothing is left to do before the customer writes again."""
        how = self.random.choice(RETURNS)
        if how == "resolve":
            self.end()
        else:
            self.wait(20, 90)
            self._add(how)

    def _say(self, line: Line, text: str) -> None:
        picture = one_of(line.photo, self.random.random()) if line.photo else None
        if self._was("reply") and not self.to and self.random.random() < PARKED:
            self.wait(20, 60)
            self._add("wait")
            self.wait(600, 3600)
        if self.acts and line.kind == "say":
            self.wait(8, 60 if self._was("say") else 360)
        self._add("say", text=text, picture=picture, to=self.to)

    def _reply(self, line: Line, text: str) -> None:
        del line
        first = not any(act.kind == "reply" for act in self.acts)
        if first:
            self.wait(20, self.random.choice((120, 300, 300, 1500)))
            self._add("take", to=self.to)
        self.wait(40, 420 if self._was("say") else 90)
        self._add("reply", text=text)
        if first:
            self._tag()

    def _tag(self) -> None:
        for tag in self.tags:
            if self.random.random() < TAGGED:
                self.wait(5, 30)
                self._add("tag", text=tag)

    def _note(self, line: Line, text: str) -> None:
        del line
        self.wait(15, 90)
        self._add("note", text=text)

    def _join(self, line: Line, text: str) -> None:
        del line
        self.wait(60, 400)
        self._add("join", text=text)

    def _lead(self, line: Line, text: str) -> None:
        del line
        self.wait(30, 120)
        self._add("lead", text=text)

    def _transfer(self, line: Line, text: str) -> None:
        del line
        self.wait(20, 120)
        self._add("transfer", text=text)
        self._accepted()

    def _escalate(self, line: Line, text: str) -> None:
        """Mostly it goes up, sometimes to a colleague only; and sometimes it comes back."""
        if self.random.random() >= ESCALATES:
            self._transfer(line, text.partition("|")[2].strip())
            return
        self.wait(30, 200)
        self._add("escalate", text=text)
        self._accepted()
        if self.random.random() < RETURNED:
            self.wait(30, 300)
            self._add("return")
            self._accepted()

    def _accepted(self) -> None:
        """Whoever has it now accepts it in time, mostly."""
        if self.random.random() < LAPSES:
            self.wait(960, 990)
            self._add("lapse")
        self.wait(20, 240)
        self._add("take")

    def _was(self, kind: str) -> bool:
        return bool(self.acts) and self.acts[-1].kind == kind

    def _add(self, kind: str, *, text: str = "", to: str = "", picture: int | None = None) -> None:
        self.acts.append(
            Act(self.at, kind, self.project, self.who.telegram_id, text, "", to, picture)
        )


def whole(random: Random, scene: Scene, who: Patron, project: str, start: datetime) -> list[Act]:
    """Act a whole case out, from its first message to its resolution."""
    case = Case(random, who, project, start)
    case.play(scene)
    return case.end()


def begun(  # noqa: PLR0913 - a case that stands somewhere
    random: Random, scene: Scene, who: Patron, project: str, end: datetime, *, to: str, lines: int
) -> list[Act]:
    """Act out the first lines of a case for one holder, or for nobody; the last act is at `end`."""
    said = tuple(line for line in scene.lines if line.kind in ("say", "reply"))
    case = Case(random, who, project, end, to=to)
    acts = case.play(replace(scene, lines=said[:lines]))
    late = end - acts[-1].at
    return [replace(act, at=act.at + late) for act in acts]
