"""Words written otherwise: letter by letter, or with digits for letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from support.risk.folding import View

LETTER = r"[^\W\d_]"
APART = re.compile(rf"(?<![^\W_]){LETTER}(?:[\W_]{{1,3}}{LETTER}){{3,}}(?![^\W_])")
GAP = re.compile(r"[\W_]+")
DIGITS = re.compile(rf"{LETTER}[013457@$]|[013457@$]{LETTER}")
LETTERS = tuple(str.maketrans("03457@$1", f"oeastas{one}") for one in "il")


def otherwise(words: View) -> Iterator[View]:
    """Yield the words of a text as they would be without such tricks, if there are any."""
    runs = list(APART.finditer(words.text))
    if runs:
        spans = (one.span() for run in runs for one in GAP.finditer(words.text, *run.span()))
        yield words.without(spans)
    if DIGITS.search(words.text):
        for table in LETTERS if "1" in words.text else LETTERS[:1]:
            yield View(words.text.translate(table), words.at)
