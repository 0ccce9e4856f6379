"""The web's rooms: one blueprint per page, each of which finds, asks, commits and renders.

Every module here that has a `blueprint` is opened by `init`. All pages want a login, except the
views marked `@public` (see `support.views.identity`).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from support import htmx
from support.views import (
    asked,
    assets,
    errors,
    guards,
    i18n,
    identity,
    kept,
    marks,
    shell,
    templating,
    warming,
    witness,
)


def init(app: Flask) -> None:
    """Open every page; the order of the guards is the order in which they are asked."""
    templating.init(app)
    htmx.init(app)
    asked.init(app)
    guards.init(app)
    witness.init(app)
    identity.init(app)
    i18n.init(app)
    assets.init(app)
    marks.init(app)
    kept.init(app)
    shell.init(app)
    errors.init(app)
    warming.init(app)
    for room in iter_modules(__path__):
        module = import_module(f"{__name__}.{room.name}")
        if hasattr(module, "blueprint"):
            app.register_blueprint(module.blueprint)
    templating.settled(app)
