"""The colours: every pair of text and ground is readable, in both themes (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

SHEETS = Path(__file__).parent.parent / "support" / "static" / "css"
TEXT, MARK = 4.5, 3.0
PAIRS = [
    ("foreground", "background", TEXT),
    ("foreground", "sb-canvas", TEXT),
    ("foreground", "sb-selected", TEXT),
    ("foreground", "sb-hover", TEXT),
    ("foreground", "sb-bubble-in", TEXT),
    ("foreground", "sb-bubble-out", TEXT),
    ("card-foreground", "card", TEXT),
    ("popover-foreground", "popover", TEXT),
    ("muted-foreground", "background", TEXT),
    ("muted-foreground", "muted", TEXT),
    ("muted-foreground", "card", TEXT),
    ("muted-foreground", "sb-canvas", TEXT),
    ("muted-foreground", "sb-selected", TEXT),
    ("muted-foreground", "sb-bubble-in", TEXT),
    ("muted-foreground", "sb-bubble-out", TEXT),
    ("primary-foreground", "primary", TEXT),
    ("primary", "background", TEXT),
    ("primary", "sb-canvas", TEXT),
    ("accent-foreground", "accent", TEXT),
    ("accent-foreground", "sb-selected", TEXT),
    ("secondary-foreground", "secondary", TEXT),
    ("destructive", "background", TEXT),
    ("sb-rail-text", "sb-rail", TEXT),
    ("sb-count-text", "sb-count", TEXT),
    ("sb-alarm-text", "sb-alarm", TEXT),
    *((f"sb-{tone}-text", f"sb-{tone}", TEXT) for tone in
      ("neutral", "info", "success", "warning", "danger", "note")),
    ("input", "background", MARK),
    ("input", "card", MARK),
    ("ring", "background", MARK),
    ("sb-online", "background", MARK),
]  # fmt: skip


def themes():
    text = (SHEETS / "tokens.css").read_text()
    light, dark = (block(text, name) for name in (r":root", r":root\.dark"))
    return {"light": light, "dark": light | dark}


def block(text, selector):
    body = re.search(rf"^{selector} {{(.*?)^}}", text, re.DOTALL | re.MULTILINE).group(1)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_a_pair_can_be_read(theme, text, ground, least):
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= least


def test_initials_can_be_read_on_every_face():
    hues = re.findall(r"\.sb-hue-\d { background: (#[0-9a-f]{6}); }", css("marks.css"))
    assert len(hues) == 8
    assert min(contrast("#ffffff", hue) for hue in hues) >= TEXT


def css(name):
    return (SHEETS / name).read_text()


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda path: path.name)
def test_own_classes_have_the_prefix(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    selectors = re.sub(r"{[^{}]*}", "{}", text)
    names = set(re.findall(r"\.(-?[a-z][\w-]*)", selectors))
    kits = {"btn", "field", "input", "select", "textarea", "dialog", "table", "dark", "auto"}
    assert {name for name in names - kits if not name.startswith(("sb-", "htmx-"))} == set()
