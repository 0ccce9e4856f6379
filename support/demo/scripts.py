"""Scripted customers: they write through the local Telegram, wait for answers, and answer them.

Where a customer stands in his scene is read from his chat, so a restart changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from support.demo.control import Chat, Control
from support.demo.customers import FIRST_LIVE, Patron, patron
from support.demo.pictures import one_of, place
from support.demo.scenes import Line, Scene, named, particulars, playable
from support.demo.team import PROJECTS, DemoProject

UNANSWERED = 12
EVERY = (40, 80)
# How many of the last customers are looked for after a restart.
REMEMBERED = 60
REACTION = (5, 16)
TYPING = 3
NEXT_LINE = (3, 9)
# Within the first minutes one threatens with a lawyer, and one asks the same thing three times.
FIRST_SCENES = {1: "complaint-zh", 3: "asks-thrice", 4: "angry-complaint"}
# Who has waited for a day leaves; until then nobody comes in his place.
ATTENTION = 24 * 3600

Clock = Callable[[], float]


@dataclass
class Actor:
    """One scripted customer in one scene."""

    control: Control
    number: int
    clock: Clock
    pictures: Path
    due: float = 0.0
    typed: bool = False
    since: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin to wait now."""
        self.since = self.clock()

    @cached_property
    def who(self) -> Patron:
        """Who is played."""
        return patron(FIRST_LIVE + self.number)

    @cached_property
    def project(self) -> DemoProject:
        """Whose bot he writes to: two of three times the first one's."""
        return PROJECTS[self.number % 3 == 2]

    @cached_property
    def chat(self) -> Chat:
        """Where he writes."""
        return Chat(self.project.bot_id, self.who.telegram_id)

    @cached_property
    def scene(self) -> Scene:
        """What happens to him; the scenes of his language in turn, but for the first few."""
        if self.number in FIRST_SCENES:
            return named(FIRST_SCENES[self.number])
        scenes = [s for s in playable(self.project.key) if s.language == self.who.language]
        return scenes[self.number % len(scenes)]

    @cached_property
    def lines(self) -> list[Line]:
        """What he says."""
        return [line for line in self.scene.lines if line.by_customer]

    @cached_property
    def starts(self) -> set[int]:
        """Which of his lines wait for an answer to the one before."""
        marks = "".join("c" if line.by_customer else "-" for line in self.scene.lines)
        places = [place for place, mark in enumerate(marks) if mark == "c"]
        return {n for n, place in enumerate(places) if not place or marks[place - 1] == "-"}

    def enter(self) -> None:
        """Become a customer of the bot."""
        self.control.create_customer(
            id=self.who.telegram_id,
            first_name=self.who.first_name,
            last_name=self.who.last_name,
            username=self.who.username,
            language_code=self.who.language,
        )

    def beat(self) -> bool:
        """Go on if it is time to; return whether he is still here."""
        chat = self.control.chat(self.chat)
        said = [message for message in chat["messages"] if not message["deleted"]]
        mine = sum(message["from"] == "customer" for message in said)
        if chat["blocked"] or mine >= len(self.lines) or self._bored():
            return False
        if self._is_answered(said, mine):
            self._act(mine)
        return True

    def _bored(self) -> bool:
        return self.clock() - self.since > ATTENTION

    def _is_answered(self, said: list[dict[str, Any]], mine: int) -> bool:
        """Whether his next line needs no more answers than there were."""
        if not said or said[-1]["from"] == "bot":
            return True
        return not self._begins_turn(mine)

    def _act(self, mine: int) -> None:
        """Think, type, speak: each in a beat of its own."""
        now = self.clock()
        if not self.due:
            pause = NEXT_LINE if mine and not self._begins_turn(mine) else REACTION
            self.due, self.typed = now + self._random(mine).uniform(*pause), False
        elif now >= self.due:
            self._speak(mine)
        elif not self.typed and mine and now >= self.due - TYPING:
            self.control.typing(self.chat)
            self.typed = True

    def _begins_turn(self, mine: int) -> bool:
        return mine in self.starts

    def _speak(self, mine: int) -> None:
        line = self.lines[mine]
        text = line.text.format(agent="", **self._particulars)
        picture = place(self.pictures, one_of(line.photo, 0.5)) if line.photo else None
        if picture is not None and picture.exists():
            self._show(picture, text)
        else:
            self.control.say(self.chat, text)
        self.due, self.since = 0.0, self.clock()

    def _show(self, picture: Path, caption: str) -> None:
        with picture.open("rb") as file:
            size = picture.stat().st_size
            self.control.send(self.chat, file, size, kind="photo", caption=caption)

    @cached_property
    def _particulars(self) -> dict[str, str]:
        return particulars(self._random(-1), name=self.who.first_name)

    def _random(self, salt: int) -> Random:
        return Random(self.number * 1000 + salt)  # noqa: S311 - a story


@dataclass
class Troupe:
    """Everybody who is on stage: a newcomer about every minute, a dozen unanswered at most."""

    control: Control
    pictures: Path
    clock: Clock = time.monotonic
    actors: list[Actor] = field(default_factory=list[Actor])
    next_entry: float = 0.0
    next_number: int | None = None

    def beat(self) -> None:
        """Let everybody go on, and somebody new come in when it is time."""
        if self.next_number is None:
            self._resume()
        self.actors = [actor for actor in self.actors if actor.beat()]
        if self.clock() >= self.next_entry:
            self._enter()

    def _resume(self) -> None:
        """Find those who were on stage before a restart."""
        here = [one["id"] - FIRST_LIVE for one in self.control.customers() if _is_live(one["id"])]
        self.next_number = max(here, default=-1) + 1
        self.actors = [self._actor(number) for number in sorted(here)[-REMEMBERED:]]

    def _enter(self) -> None:
        number = self.next_number or 0
        self.next_entry = self.clock() + Random(number).uniform(*EVERY)  # noqa: S311 - a story
        if len(self.actors) >= UNANSWERED:
            return
        actor = self._actor(number)
        actor.enter()
        self.actors.append(actor)
        self.next_number = number + 1

    def _actor(self, number: int) -> Actor:
        return Actor(self.control, number, self.clock, self.pictures)


def _is_live(number: int) -> bool:
    return FIRST_LIVE <= number < FIRST_LIVE + 100_000_000
