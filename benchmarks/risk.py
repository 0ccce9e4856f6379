"""Risk words: what it costs to look at what an agent sends, with 10,000 words on the list."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import Figure, timed
from benchmarks.plan import Plan
from support.risk import Matcher, Rule
from support.risk.addresses import BASE58
from support.risk.folding import Reading, read
from support.risk.search import Search

CORPORA = Path(__file__).parents[1] / "tests" / "corpora"
# Half of them words, half addresses.
WORDS = 10_000
LONGEST = 4_096  # characters of a message to Telegram
REPLY = 300


def run(_plan: Plan, *, times: int = 500) -> Generator[Figure]:
    """Look at the everyday messages of the corpora, English and Chinese; no database is asked."""
    rules, own = _rules(), _addresses(20)
    search, matcher = Search(rules, own), Matcher(rules, own)
    texts = _texts(LONGEST, times)
    yield measured("normalise", [lambda text=text: read(text) for text in texts])
    readings = [read(text) for text in texts]
    yield measured("match", [lambda one=one: _met(search, one) for one in readings])
    yield measured("gate", _looks(matcher, times))


def _rules() -> list[Rule]:
    draw = random.Random(1)  # noqa: S311
    words = ("".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(WORDS // 2))
    return [
        *(Rule(1, "Words", "word", word, "confirm") for word in words),
        *(Rule(2, "Addresses", "address", one, "block") for one in _addresses(WORDS // 2)),
        *(Rule(3, "Shapes", "shape", one, "confirm") for one in ("trc20", "btc", "erc20")),
    ]


def _addresses(count: int) -> list[str]:
    draw = random.Random(count)  # noqa: S311
    return ["T" + "".join(draw.choices(BASE58, k=33)) for _ in range(count)]


def _texts(size: int, times: int) -> list[str]:
    """Return so many texts of this size, each of other messages."""
    lines = (CORPORA / "clean.txt").read_text(encoding="utf-8").splitlines()
    draw = random.Random(2)  # noqa: S311
    return [" ".join(draw.choices(lines, k=size // 10))[:size] for _ in range(times)]


def _met(search: Search, reading: Reading) -> int:
    """Count what a text meets, forwards and backwards, so that all of it is looked for."""
    return sum(1 for _ in search.met_in(reading)) + sum(1 for _ in search.met_backwards(reading))


def _looks(matcher: Matcher, times: int) -> list[Callable[[], object]]:
    """Return whole looks at replies, each after what was said before."""
    texts = _texts(REPLY, times)
    pairs = pairwise(texts)
    return [
        lambda before=before, text=text: matcher.scan(text, before=before) for before, text in pairs
    ]


def measured(name: str, looks: list[Callable[[], object]]) -> Figure:
    """Do each of these once; tell how long it took and what it cost."""
    looks[0]()  # reads the table of look-alikes
    cost = time.process_time()
    seconds = [took(look) for look in looks]
    cost = time.process_time() - cost
    return timed(name, seconds, cpu_ms=1000 * cost / len(seconds))


def took(look: Callable[[], object]) -> float:
    """Return how long one look takes."""
    start = time.perf_counter()
    look()
    return time.perf_counter() - start
