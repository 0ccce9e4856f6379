"""Vendored files are the published ones, named in the notices, and every icon used exists."""

import base64
import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "support" / "static" / "vendor", ROOT / "tests" / "vendor")
SVG = "{http://www.w3.org/2000/svg}"
ICON_USES = (
    re.compile(r"icons\.svg[^\"'\s]*#icon-([a-z0-9-]+)"),
    re.compile(r"\bicon\(\s*[\"']([a-z0-9-]+)[\"']"),
)


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def symbols():
    root = ET.parse(ROOT / "support" / "static" / "icons.svg").getroot()
    return {symbol.get("id"): symbol for symbol in root.iter(f"{SVG}symbol")}


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "testing"])
def test_every_vendored_file_has_the_integrity_of_its_manifest(folder):
    for path, entry in manifest(folder).items():
        digest = hashlib.sha384((folder / path).read_bytes()).digest()
        assert entry["integrity"] == "sha384-" + base64.b64encode(digest).decode(), path


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "testing"])
def test_no_script_or_style_is_vendored_without_a_line_in_the_manifest(folder):
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*.*s*")}
    found = {path for path in found if path.endswith((".js", ".css"))}
    assert found == set(manifest(folder))
    assert found


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "testing"])
def test_every_vendored_package_is_named_in_the_notices_beside_its_licence(folder):
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    for path, entry in manifest(folder).items():
        assert f"{entry['package']} {entry['version']}" in notices
        assert (folder / path).with_name("LICENSE").exists()


def test_every_icon_is_drawn_in_the_colour_of_its_text():
    assert len(symbols()) >= 60
    for name, symbol in symbols().items():
        assert name.startswith("icon-")
        assert symbol.get("viewBox") == "0 0 24 24"
        assert symbol.get("stroke") == "currentColor"
        assert len(symbol), f"{name} is empty"


def test_every_icon_that_a_template_uses_is_in_the_sprite():
    used = {}
    for file in (ROOT / "support" / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        used |= {name: file for use in ICON_USES for name in use.findall(text)}
    missing = {name: str(file) for name, file in used.items() if f"icon-{name}" not in symbols()}
    assert missing == {}
