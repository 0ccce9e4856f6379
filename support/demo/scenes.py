"""What customers and agents say to each other: the scenes of `scenes/*.txt`, parsed and filled in.

`scenes/README.txt` explains how they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).with_name("scenes")
LANGUAGES = ("en", "zh", "ru", "ar")
PHOTOS = {"@": "receipt", "#": "card"}
KINDS = {
    ">": "say",
    "<": "reply",
    "!": "note",
    "~": "transfer",
    "+": "return",
    "^": "escalate",
    "&": "join",
    "*": "lead",
}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
COINS = ("USDT", "USDT", "USDT", "TRX", "ETH", "USDC")
COLLECTIONS = ("Paper Boats", "Harbour Lights", "Tiny Whales", "Neon Koi", "Moon Gardens")
DEVICES = ("iPhone 13", "Pixel 8", "Galaxy A54", "Redmi Note 12", "an old iPad")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said or done; `photo` is what it shows: a receipt, a card, or nothing."""

    kind: str
    text: str
    photo: str = ""

    @property
    def by_customer(self) -> bool:
        """Whether the customer says it."""
        return self.kind in ("say", "return")


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole case as it goes when all goes well."""

    name: str
    language: str
    projects: tuple[str, ...]
    live: bool
    lines: tuple[Line, ...]
    tags: tuple[str, ...] = ()


@cache
def scenes() -> tuple[Scene, ...]:
    """Return every scene in every language."""
    return tuple(scene for language in LANGUAGES for scene in _read(language))


def fitting(language: str, project: str) -> list[Scene]:
    """Return the scenes that can happen in this language at this project."""
    return [s for s in scenes() if s.language == language and project in s.projects]


def playable(project: str) -> list[Scene]:
    """Return the scenes whose customer can answer whatever an agent says."""
    return [scene for scene in scenes() if scene.live and project in scene.projects]


def _read(language: str) -> list[Scene]:
    text = (FOLDER / f"{language}.txt").read_text("utf-8")
    return [_scene(part, language) for part in re.split(r"^= ", text, flags=re.MULTILINE)[1:]]


def _scene(part: str, language: str) -> Scene:
    heading, *lines = part.strip().splitlines()
    name, project, *marks = heading.split()
    projects = ("wallet", "market") if project == "both" else (project,)
    told = tuple(_line(line) for line in lines if line)
    tags = tuple(mark[1:] for mark in marks if mark.startswith("#"))
    return Scene(name, language, projects, "live" in marks, told, tags)


def named(name: str) -> Scene:
    """Return the scene with this name."""
    return next(scene for scene in scenes() if scene.name == name)


def _line(line: str) -> Line:
    mark, _, text = line.partition(" ")
    return Line(KINDS[mark[0]], text, PHOTOS.get(mark[1:], ""))


def particulars(random: Random, *, name: str) -> dict[str, str]:
    """Invent the amounts, numbers and hashes of one case."""
    return {
        "name": name,
        "amount": f"{random.choice((25, 80, 120, 350, 640, 1200, 2500)) + random.randrange(40):,}",
        "coin": random.choice(COINS),
        "hash": random.randbytes(32).hex(),
        "order": f"HB-{random.randrange(100_000, 999_999)}",
        "address": "T" + "".join(random.choices(BASE58, k=33)),
        "collection": f"{random.choice(COLLECTIONS)} #{random.randrange(1, 9999)}",
        "device": random.choice(DEVICES),
        "minutes": str(random.choice((10, 15, 20, 30, 45))),
    }
