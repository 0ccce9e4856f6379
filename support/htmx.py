"""What a browser that asked by htmx is answered: the headers that work in htmx 4, in one place.

Of `htmx_flask` only the truth of `request.htmx` and `make_response` are used. Its list of swaps
is older than htmx 4, so `HX-Reswap` is written here.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request
from htmx_flask import Htmx, make_response
from werkzeug import Response


def init(app: Flask) -> None:
    """Give every request its `htmx` attribute."""
    Htmx(app)


def asks() -> bool:
    """Whether htmx waits for a fragment; a restored history page comes without the header."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def see(url: str) -> Response:
    """Send the browser to another page: 303 after a plain form, HX-Redirect after htmx's.

    A 303 would be followed by fetch, and the whole page would land in the target.
    """
    if not asks():
        return redirect(url, 303)
    return make_response("", 204, redirect=url)


def fragment(
    body: str = "",
    status: int = 200,
    *,
    target: str = "",
    swap: str = "",
    push: str = "",
    events: str | dict[str, Any] | None = None,
) -> Response:
    """Answer with a fragment; `target`, `swap`, `push` and `events` overrule the element's own."""
    response = make_response(
        body, status, retarget=target or None, push_url=push or None, trigger=events
    )
    if swap:
        response.headers["HX-Reswap"] = swap
    return response
