"""`tools/confusables.py confusables.txt`: write the look-alikes of ASCII letters as data.

The argument is Unicode's file of that name (Unicode Technical Standard 39,
https://www.unicode.org/Public/security/). Kept are single signs whose prototype is made of ASCII
letters and digits, and which compatibility decomposition alone would not show as such.
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from pathlib import Path

TARGET = Path(__file__).parents[1] / "support" / "risk" / "lookalikes.txt"
HEAD = """\
# Signs that look like ASCII letters: the letters, then code points in hexadecimal.
# Derived by tools/confusables.py from Unicode's confusables.txt, version {version}.
# Copyright Unicode, Inc.; the licence stands in THIRD_PARTY_NOTICES.md.
"""


def main(source: Path) -> None:
    """Write the table."""
    lines = source.read_text(encoding="utf-8-sig").splitlines()
    version = next(line.split()[-1] for line in lines if line.startswith("# Version"))
    table: dict[str, list[str]] = {}
    for line in lines:
        given, _, shown = line.partition("#")[0].partition(";")
        for letters, sign in pairs(given.split(), shown.partition(";")[0].split()):
            table.setdefault(letters, []).append(f"{ord(sign):x}")
    text = HEAD.format(version=version)
    for letters, points in sorted(table.items()):
        rows = textwrap.wrap(" ".join(sorted(points, key=lambda one: int(one, 16))), 95)
        text += "".join(f"{letters} {row}\n" for row in rows)
    TARGET.write_text(text, encoding="utf-8")


def pairs(given: list[str], shown: list[str]) -> list[tuple[str, str]]:
    """Return the letters and the sign of one line, or nothing where it is not needed."""
    if len(given) != 1:
        return []
    sign = chr(int(given[0], 16))
    letters = plain("".join(chr(int(one, 16)) for one in shown)).replace("rn", "m")
    if not (letters.isascii() and letters.isalnum()) or known(sign) or from_the_right(sign):
        return []
    # Unicode has one prototype for I, l, 1 and a bar: the letter's own case says which it is.
    return [("I" if letters == "l" and sign != sign.lower() else letters, sign)]


def known(sign: str) -> bool:
    """Whether a sign needs no row: it is ASCII, a digit of some script, or decomposes to ASCII."""
    return plain(sign).isascii() or unicodedata.digit(sign, None) is not None


def from_the_right(sign: str) -> bool:
    """Whether a sign is written from right to left: among Latin letters it deceives nobody."""
    return unicodedata.bidirectional(sign) in ("R", "AL")


def plain(text: str) -> str:
    """Return a text decomposed, without marks."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if unicodedata.category(sign)[0] != "M")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
