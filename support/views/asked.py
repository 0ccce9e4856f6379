"""What browsers ask, as the desk takes it: nothing that a database refuses gets past here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, overload

from flask import Flask
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter

BIGGEST = 2**62  # half of what both databases hold: a page may count on from it
DIGITS = re.compile(r"[0-9]{1,19}")
REFUSED = re.compile("[\0\ud800-\udfff]")
NO_LINE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def init(app: Flask) -> None:
    """Read every address, query and form by these rules; after htmx, before the first route."""
    app.request_class = Asked
    app.url_map.converters["int"] = Id


class Id(IntegerConverter):
    """A number in an address: one that no row can have is an unknown address."""

    regex = DIGITS.pattern

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **({"max": BIGGEST} | options))


class Clean(ImmutableMultiDict[str, Any]):
    """Fields without NUL and lone surrogates, which no database keeps; files as they are."""

    def __init__(self, fields: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = iter_multi_items(fields) if fields is not None else ()
        super().__init__([(clean(name), clean(value)) for name, value in pairs])


class Asked(HtmxAwareRequest):
    """A request whose query and form are clean."""

    parameter_storage_class = Clean


def clean(value: Any) -> Any:
    """Take out of a text what a database refuses."""
    return REFUSED.sub("", value) if isinstance(value, str) else value


def one_line(name: str) -> str:
    """Return a name that fits a header: what breaks or steers a line is replaced."""
    return NO_LINE.sub("_", name)


def number(text: str | None) -> int | None:
    """Read a number that a row can have; anything else is None."""
    if not text or not DIGITS.fullmatch(text):
        return None
    return found if (found := int(text)) <= BIGGEST else None


@overload
def in_field(fields: Mapping[str, str], name: str) -> int | None: ...
@overload
def in_field(fields: Mapping[str, str], name: str, default: int) -> int: ...
def in_field(fields: Mapping[str, str], name: str, default: int | None = None) -> int | None:
    """Read the number in a field of a form or query; `default` if there is none."""
    found = number(fields.get(name))
    return default if found is None else found
