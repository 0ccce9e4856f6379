"""Write the manifest of the vendored files: where each came from, and its SHA-384 integrity.

Run it after replacing a vendored file or raising its version below: python tools/manifest.py
"""

import base64
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "support" / "static" / "vendor"
TESTING = ROOT / "tests" / "vendor"
PACKAGES = {
    "htmx": {"package": "htmx.org", "version": "4.0.1", "licence": "0BSD"},
    "basecoat": {"package": "basecoat-css", "version": "1.0.2", "licence": "MIT"},
    "axe": {"package": "axe-core", "version": "4.14.1", "licence": "MPL-2.0"},
}


def main() -> None:
    """Write one manifest in each folder of vendored files."""
    for folder in (SHIPPED, TESTING):
        entries = {file.relative_to(folder).as_posix(): entry(file) for file in vendored(folder)}
        text = json.dumps(entries, indent=2) + "\n"
        (folder / "manifest.json").write_text(text, encoding="utf-8")


def vendored(folder: Path) -> list[Path]:
    """Every script and style sheet of the folder, sorted."""
    return sorted([*folder.rglob("*.js"), *folder.rglob("*.css")])


def entry(file: Path) -> dict[str, str]:
    """One line of the manifest; the file's folder names its package."""
    return {"integrity": integrity(file), **PACKAGES[file.parent.name]}


def integrity(file: Path) -> str:
    """Compute the value of the integrity= attribute of this file."""
    digest = hashlib.sha384(file.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()


if __name__ == "__main__":
    main()
