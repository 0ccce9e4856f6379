"""Erlang C: how many agents it takes so that hardly anybody waits longer than promised.

A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges" (1917); the recursion of Erlang B is numerically stable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in: `arrivals` an hour, each of which takes `handling` seconds of one agent.

    `concurrency` is how many an agent handles at a time: it divides the seconds.
    """

    arrivals: float
    handling: float
    concurrency: float = 1.0

    @property
    def service(self) -> float:
        """How long one arrival keeps an agent busy, in seconds."""
        return self.handling / max(self.concurrency, 1.0)

    @property
    def erlangs(self) -> float:
        """The offered traffic A = arrivals per second times seconds of service."""
        return self.arrivals * self.service / 3_600


def blocked(agents: int, erlangs: float) -> float:
    """Return Erlang B: B(0) = 1, B(n) = A B(n-1) / (n + A B(n-1))."""
    share = 1.0
    for number in range(1, agents + 1):
        share = erlangs * share / (number + erlangs * share)
    return share


def waits(agents: int, erlangs: float) -> float:
    """Return Erlang C, the share that has to wait: C = B / (1 - (A/N)(1 - B)); 1 if N <= A."""
    if erlangs <= 0:
        return 0.0
    if agents <= erlangs:
        return 1.0
    share = blocked(agents, erlangs)
    return share / (1 - erlangs / agents * (1 - share))


def within(agents: int, load: Load, seconds: float) -> float:
    """Return the share answered within these seconds: 1 - C e^(-(N - A) t / service)."""
    if load.erlangs <= 0:
        return 1.0
    if agents <= load.erlangs:
        return 0.0
    left = (agents - load.erlangs) * seconds / load.service
    return 1 - waits(agents, load.erlangs) * math.exp(-left)


def mean_wait(agents: int, load: Load) -> float:
    """Return how long an arrival waits on average, in seconds; without end if N <= A."""
    if load.erlangs <= 0:
        return 0.0
    if agents <= load.erlangs:
        return math.inf
    return waits(agents, load.erlangs) * load.service / (agents - load.erlangs)


def needed(load: Load, *, seconds: float, share: float) -> int:
    """Return the fewest agents with whom at least `share` is answered within these seconds."""
    if load.erlangs <= 0:
        return 0
    # B goes on from the number before, so that a busy hour costs no more than one walk.
    agents, blocking = 0, 1.0
    while agents < MOST:
        agents += 1
        blocking = load.erlangs * blocking / (agents + load.erlangs * blocking)
        if agents > load.erlangs and _answered(agents, load, blocking, seconds) >= share:
            break
    return agents


def _answered(agents: int, load: Load, blocking: float, seconds: float) -> float:
    waiting = blocking / (1 - load.erlangs / agents * (1 - blocking))
    return 1 - waiting * math.exp(-(agents - load.erlangs) * seconds / load.service)
