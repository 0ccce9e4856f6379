"""Words written otherwise: letter by letter, or with digits for letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from support.risk.folding import View

LETTER = r"[^\W\d_]"
APART = re.compile(rf"(?<![^\W_]){LETTER}(?:[\W_]{{1,3}}{LETTER}){{3,}}(?![^\W_])")
GAP = re.compile(r"[\W_]+")
DIGITS = tuple(zip("03457@$", "oeastas", strict=True))
# What a 1 stands for is not to be known.
ONE = "il"


def otherwise(words: View) -> Iterator[View]:
    """Yield the words of a text as they would be without such tricks, if there are any."""
    runs = list(APART.finditer(words.text))
    if runs:
        spans = (one.span() for run in runs for one in GAP.finditer(words.text, *run.span()))
        yield words.without(spans)
    text = words.text
    for digit, letter in DIGITS:
        text = text.replace(digit, letter)
    for letter in ONE if "1" in text else ONE[:1]:
        if (read := text.replace("1", letter)) != words.text:
            yield View(read, words.at)
