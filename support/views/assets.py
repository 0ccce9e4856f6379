"""Addresses of our own files: one name per content, so that a browser may keep them for a year."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha384
from pathlib import Path

from flask import Flask, current_app, url_for


def init(app: Flask) -> None:
    """Let templates say `asset('css/kit.css')` and `integrity('htmx/htmx.min.js')`."""
    app.jinja_env.globals.update(asset=asset, integrity=integrity)


def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    path = static() / name
    return url_for("static", filename=name, v=_mark(path, path.stat().st_mtime_ns))


def integrity(name: str) -> str:
    """Return the recorded digest of a vendored file."""
    return _manifest(static() / "vendor" / "manifest.json")[name]["integrity"]


def static() -> Path:
    """Return the folder of static files."""
    return Path(current_app.static_folder or "")


@cache
def _mark(path: Path, changed_ns: int) -> str:
    del changed_ns  # a part of the cache's key: an edited file is read again
    return sha384(path.read_bytes()).hexdigest()[:12]


@cache
def _manifest(path: Path) -> dict[str, dict[str, str]]:
    return json.loads(path.read_text())
