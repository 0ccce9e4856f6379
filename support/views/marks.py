"""What stands on every page a hundred times, made once: icons, sentences, addresses."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from flask import Flask, g, request, url_for
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
    """Let templates say `icon("send")`, and `_("Send")` without asking gettext each time.

    With one constant both are lookups (see `support.views.templating`).
    """
    app.add_template_global(icon)
    app.add_template_global(say, "_")
    app.add_template_global(address, "url_for")
    app.add_template_global(Sentences(), "sentence_book")  # type: ignore[arg-type]
    app.add_template_global(Icons(), "icon_book")  # type: ignore[arg-type]


class Sentences:
    """`sentence_book["Send"]`: the sentence in the reader's language."""

    def __getitem__(self, text: str) -> Markup:
        """Say it; a sentence is escaped once per language."""
        book = _book()
        return book[text] if text in book else say(text)


class Icons:
    """`icon_book["send"]`: the symbol, without classes of its own."""

    def __getitem__(self, name: str) -> Markup:
        """Draw it once."""
        return icon(name)


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


def address(endpoint: str, **values: Any) -> str:
    """Return the path of a page, built once."""
    return _address(endpoint, request.script_root, **values)


@lru_cache(4096, typed=True)
def _address(endpoint: str, _root: str, **values: Any) -> str:
    return url_for(endpoint, **values)


def _book() -> dict[str, Markup]:
    book = g.get("book")
    if book is None:
        book = g.book = _books.setdefault(i18n.locale_code(), {})
    return book
