"""What stands on every page a hundred times, drawn once: icons, and sentences of the house."""

from __future__ import annotations

from functools import cache

from flask import Flask, g
from flask_babel import get_locale
from markupsafe import Markup

from support.views import i18n
from support.views.assets import asset

ICON = Markup(
    '<svg class="sb-icon %s" aria-hidden="true" focusable="false">'
    '<use href="%s#icon-%s"></use></svg>'
)

# Sentences without a value, per language: they never change while the process lives.
_books: dict[str, dict[str, Markup]] = {}


def init(app: Flask) -> None:
    """Let templates say `icon("send")`, and `_("Send")` without asking gettext each time."""
    app.add_template_global(icon)
    app.add_template_global(say, "_")


def icon(name: str, classes: str = "") -> Markup:
    """Draw a symbol of icons.svg: decoration only, the words stand beside it."""
    address = g.get("icons")
    if address is None:
        address = g.icons = asset("icons.svg")
    return _icon(name, classes, address)


@cache
def _icon(name: str, classes: str, address: str) -> Markup:
    return ICON % (classes, address, name)


def say(text: str, **values: object) -> Markup:
    """Say a sentence in the reader's language; its values are escaped."""
    if values:
        return Markup(i18n.said(text)) % values  # noqa: S704 - a sentence of ours
    book = _book()
    if text not in book:
        book[text] = Markup(i18n.said(text)) % {}  # noqa: S704 - a sentence of ours
    return book[text]


def _book() -> dict[str, Markup]:
    book = g.get("book")
    if book is None:
        book = g.book = _books.setdefault(str(get_locale()), {})
    return book
