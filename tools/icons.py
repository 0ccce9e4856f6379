"""Build support/static/icons.svg out of the unpacked npm package @tabler/icons.

    npm pack @tabler/icons@3.51.0 && tar xf tabler-icons-3.51.0.tgz
    python tools/icons.py package

Add a name to icons.txt, run it again, and use it as <use href=".../icons.svg#icon-NAME">.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parent.parent / "support" / "static" / "icons.svg"
NAMES = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split()
HEAD = """<svg xmlns="http://www.w3.org/2000/svg">
<!-- Tabler Icons 3.51.0 (outline), MIT, (c) Pawel Kuna. Built by tools/icons.py. -->
"""
STROKE = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*?/>", re.DOTALL)
BOUNDS = 'stroke="none" d="M0 0h24v24H0z"'


def main(package: Path) -> None:
    """Write the sprite: one symbol for each name, in alphabetical order."""
    symbols = [symbol(name, package / "icons" / "outline" / f"{name}.svg") for name in NAMES]
    SPRITE.write_text(HEAD + "".join(symbols) + "</svg>\n", encoding="utf-8")


def symbol(name: str, source: Path) -> str:
    """One icon as a symbol that takes its colour from the text around it."""
    shapes = [" ".join(s.split()) for s in SHAPE.findall(source.read_text(encoding="utf-8"))]
    drawn = "".join(shape for shape in shapes if BOUNDS not in shape)
    return f'<symbol id="icon-{name}" {STROKE}>{drawn}</symbol>\n'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
