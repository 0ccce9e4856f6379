"""Fragments drawn once for all that they show, and kept while they are asked for.

A kept template sees nothing but the values it is given and what is the same for everybody
of one language: never the request, its agent or its token. So the values are the whole key.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, current_app, request
from flask_babel import get_locale
from markupsafe import Markup

MOST = 4096


def init(app: Flask) -> None:
    """Let templates say `kept("inbox/_row.html", one=one)`."""
    app.add_template_global(kept)


def kept(template: str, **shown: object) -> Markup:
    """Draw a template with these values, or give what was drawn with the same before."""
    draw = _drawn.__wrapped__ if current_app.debug else _drawn
    return draw(template, str(get_locale()), request.script_root, **shown)


@lru_cache(MOST)
def _drawn(template: str, _language: str, _root: str, **shown: object) -> Markup:
    source = current_app.jinja_env.get_template(template)
    return Markup(source.render(shown))  # noqa: S704 - a template of ours escapes its values
