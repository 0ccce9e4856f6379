"""Fragments drawn once for all that they show, and kept while they are asked for.

A kept template sees nothing but the values it is given and what is the same for everybody
of one language: never the request, its agent or its token. So the values are the whole key,
beside the quarter of an hour: in every zone of the world a day begins with one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial

from flask import Flask, current_app, request
from markupsafe import Markup

from support.views import i18n

MOST = 4096
QUARTER = 900  # seconds


def init(app: Flask) -> None:
    """Let templates say `kept("_head.html")` and `kept_each("inbox/_row.html", rows)`."""
    app.add_template_global(kept)
    app.add_template_global(kept_each)


def kept(template: str, **shown: object) -> Markup:
    """Draw a template with these values, or give what was drawn with the same before."""
    return _drawing(template)(**shown)


def kept_each(template: str, things: Iterable[Mapping[str, object]], **shown: object) -> Markup:
    """Draw a template once for each of these values, with others that they have in common."""
    draw = _drawing(template)
    return Markup("").join(draw(**thing, **shown) for thing in things)


def _drawing(template: str) -> Callable[..., Markup]:
    draw = _drawn.__wrapped__ if current_app.debug else _drawn
    return partial(draw, template, i18n.locale_code(), request.script_root, time.time() // QUARTER)


@lru_cache(MOST)
def _drawn(template: str, _language: str, _root: str, _quarter: float, **shown: object) -> Markup:
    source = current_app.jinja_env.get_template(template)
    return Markup(source.render(shown))  # noqa: S704 - a template of ours escapes its values
