"""Addresses of our own files: one name per content, so that a browser may keep them for a year."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha384
from pathlib import Path

from flask import Flask, current_app, request, url_for


def init(app: Flask) -> None:
    """Let templates say `asset('css/kit.css')` and `integrity('htmx/htmx.min.js')`."""
    app.add_template_global(asset)
    app.add_template_global(integrity)


def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content.

    Asked for every icon of a page, so it is worked out once; while developing, each time.
    """
    if current_app.debug:
        return _address.__wrapped__(name, request.script_root)
    return _address(name, request.script_root)


def integrity(name: str) -> str:
    """Return the recorded digest of a vendored file."""
    return _manifest(static() / "vendor" / "manifest.json")[name]["integrity"]


def static() -> Path:
    """Return the folder of static files."""
    return Path(current_app.static_folder or "")


@cache
def _address(name: str, _root: str) -> str:
    mark = sha384((static() / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=mark)


@cache
def _manifest(path: Path) -> dict[str, dict[str, str]]:
    return json.loads(path.read_text())
