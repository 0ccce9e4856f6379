"""What is open at the end of the story: something in every queue, on every desk, in every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from support.demo import cases
from support.demo.cases import NOBODY, Act
from support.demo.customers import Patron
from support.demo.groups import frontline_of
from support.demo.scenes import Line, Scene, fitting
from support.demo.team import PROJECTS, TEAM

WAITING = {"wallet": 4, "market": 3}
ASKED = (
    "Withdrawal held since yesterday, the customer has written three times.",
    "He wants a time at which the money is there.",
    "Identity confirmed, the check was explained, a colleague was asked twice.",
)
ACCOUNT = " | ".join(("complaint", *ASKED))


class Cast(Protocol):
    """Finds customers; see `plan.Cast`."""

    def free(self, project: str, start: datetime, language: str = "") -> Patron:
        """Return somebody who is free to begin a new case."""
        ...

    def busy(self, who: Patron, until: datetime) -> None:
        """Keep a customer from beginning anything until a while after `until`."""
        ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done at the end of an open case; see `Act`."""

    kind: str
    text: str = ""
    by: str = ""
    to: str = ""
    after: float = 0
    """How many minutes later than the deeds of an open case."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open case: on whose desk, how far its scene went, and what was done last.

    It has stood so for `least` minutes or longer, `latest` at most.
    """

    project: str
    holder: str
    upto: str = "say"
    deeds: tuple[Deed, ...] = ()
    language: str = ""
    words: str = ""
    least: float = 1
    latest: float = 25


SPECIAL = (
    # Waits in the queue above the frontline.
    Open("wallet", "emma", "reply", (Deed("escalate", ACCOUNT, to=NOBODY),), "en"),
    Open("market", "wei", "reply", (Deed("escalate", ACCOUNT, to=NOBODY),), "zh"),
    # Has come to a supervisor, who has not accepted it yet.
    Open("wallet", "emma", "reply", (Deed("escalate", ACCOUNT, to="sun"),), latest=3),
    # The customer's words point to a reason: the suggestion stands.
    Open(
        "wallet", "mei", words="I want to complain, and my lawyer will write to you.", language="en"
    ),
    Open("wallet", "emma", words="我要投诉。明天就找律师。", language="zh"),
    Open("market", "ken", words="I will post this fraud on Twitter tonight.", language="en"),
    # Parked.
    Open("wallet", "mei", "reply", (Deed("snooze"),)),
    Open("wallet", "emma", "reply", (Deed("wait"),)),
    Open("market", "wei", "reply", (Deed("snooze"),)),
    # Several are at it, and one of them asks for the lead.
    Open(
        "wallet",
        "mei",
        "reply",
        (
            Deed("join", "The node log is clean, it must be the limit. I am looking.", to="wei"),
            Deed("join", "I had this customer last week, I can tell you more.", to="emma"),
            Deed("ask", by="wei"),
        ),
    ),
    Open("market", "ken", "reply", (Deed("join", "The contract is genuine.", to="wei"),)),
    # Colleagues are named in notes.
    Open(
        "wallet", "mei", deeds=(Deed("note", "@mei please tell him about the fee first.", "sun"),)
    ),
    Open("wallet", "ken", deeds=(Deed("note", "@ken is this the same as yesterday?", "sun"),)),
    Open("wallet", "emma", deeds=(Deed("note", "@emma he is a VIP, five minutes please.", "sun"),)),
    Open("market", "wei", deeds=(Deed("note", "@wei the sale is final, see the terms.", "david"),)),
    Open("wallet", "mei", deeds=(Deed("note", "@sun may I waive the fee here?"),)),
    Open("market", "ken", deeds=(Deed("note", "@david @olivia he asks for the owner."),)),
    # What was promised here was broken, and a supervisor has said why nobody is to blame.
    Open(
        "wallet",
        "emma",
        "reply",
        (Deed("waive", "The exchange's node was down: nobody could know more.", after=40),),
        language="en",
        least=60,
        latest=100,
    ),
    Open(
        "market",
        "ken",
        "reply",
        (Deed("waive", "主网拥堵。谁也快不了。", after=40),),
        language="zh",
        least=60,
        latest=100,
    ),
    # What is due in a few minutes: the group above has a quarter of an hour to answer.
    Open(
        "wallet",
        "ken",
        "reply",
        (Deed("escalate", ACCOUNT, to="sun"), Deed("accept")),
        least=12,
        latest=12.5,
    ),
    Open(
        "market", "wei", "reply", (Deed("escalate", ACCOUNT, to="david"), Deed("accept")), latest=2
    ),
    Open("wallet", "mei", latest=1),
)
# The last thing that happened: one colleague gives it to another, who has four minutes left.
LAST_OF_ALL = Open(
    "wallet",
    "ken",
    "reply",
    (Deed("transfer", "My shift is over. He only waits for the hash, please send it.", to="emma"),),
)


def present(random: Random, cast: Cast, anchor: datetime, last: datetime) -> Iterator[Act]:
    """Return the acts of every case that is open at `anchor`; the last act of all is at `last`."""
    for project, number in WAITING.items():
        for _ in range(number):
            ago = timedelta(minutes=random.uniform(0.5, 9))
            yield from _acts(random, cast, Open(project, NOBODY), last - ago)
    for one in (*_desks(), *SPECIAL):
        least = one.least if one.least < one.latest else one.latest / 2
        ago = timedelta(minutes=random.uniform(least, one.latest))
        yield from _acts(random, cast, one, last - ago)
    yield from _acts(random, cast, LAST_OF_ALL, last)


def _desks() -> Iterator[Open]:
    """On each desk of the frontline one waits for an answer; each supervisor has one in hand."""
    for project in PROJECTS:
        for agent in frontline_of(project.key):
            yield Open(project.key, agent.key, least=0.5, latest=5)
    yield Open("wallet", "sun", "reply")
    yield Open("market", "david")


def _acts(random: Random, cast: Cast, one: Open, end: datetime) -> list[Act]:
    who = cast.free(one.project, end - timedelta(hours=3), one.language)
    cast.busy(who, end + timedelta(days=1))
    scene = _scene(random, who, one)
    lines = _length(scene, one.upto)
    deeds = [end - timedelta(seconds=25 * back) for back in range(len(one.deeds))][::-1]
    until = deeds[0] - timedelta(seconds=40) if deeds else end
    begun = cases.begun(random, scene, who, one.project, until, to=address(one.holder), lines=lines)
    if one.holder != NOBODY and one.upto == "say":
        begun.append(replace(begun[-1], kind="take", at=until + timedelta(seconds=5), text=""))
    done = zip(one.deeds, deeds, strict=True)
    later = ((deed, at + timedelta(minutes=deed.after)) for deed, at in done)
    return [*begun, *(_done(deed, at, begun[0]) for deed, at in later)]


def _scene(random: Random, who: Patron, one: Open) -> Scene:
    calm = [scene for scene in fitting(who.language, one.project) if "fraud" not in scene.tags]
    scene = random.choice(calm)
    if not one.words:
        return scene
    return replace(scene, lines=(*scene.lines[:1], Line("say", one.words)))


def _length(scene: Scene, upto: str) -> int:
    """Return how many lines are said before somebody has answered, or until he has."""
    said = [line.kind for line in scene.lines if line.kind in ("say", "reply")]
    first = said.index("reply") if "reply" in said else len(said)
    return first if upto == "say" else first + 1


def _done(deed: Deed, at: datetime, first: Act) -> Act:
    by, to = address(deed.by), address(deed.to)
    return Act(at, deed.kind, first.project, first.customer, _named(deed.text), by, to)


def _named(text: str) -> str:
    """Write the full name behind every "@" and short name."""
    for agent in TEAM:
        text = text.replace(f"@{agent.key}", f"@{agent.name}")
    return text


def address(key: str) -> str:
    """Return the address of somebody's short name; nobody's stays what it is."""
    return key if key in ("", NOBODY) else f"{key}@demo.example"
