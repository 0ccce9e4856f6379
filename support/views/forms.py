"""Forms that lose nothing: what was refused is drawn again with its sentence and its text."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request

from support import htmx
from support.db import db, reading
from support.refusals import NotAllowed, NotFound, Refusal

Page = Callable[..., Any]


def kept(page: Page) -> Callable[[Page], Page]:
    """Draw `page` again when the view refuses; `typed()` and `refused()` fill its form."""

    def wrap(view: Page) -> Page:
        @wraps(view)
        def call(*args: object, **kwargs: object) -> Any:
            try:
                return view(*args, **kwargs)
            except Refusal as refusal:
                if htmx.asks() or isinstance(refusal, NotFound | NotAllowed):
                    raise
                return drawn_again(page, refusal, *args, **kwargs)

        return call

    return wrap


def drawn_again(page: Page, refusal: Refusal, *args: object, **kwargs: object) -> tuple[Any, int]:
    """Undo what the view began, then render its page as a GET would."""
    db.session.rollback()
    g.refused = refusal
    with reading():
        return page(*args, **kwargs), refusal.status


def refused(form: str = "") -> Refusal | None:
    """Return why a form of this page was refused; several forms are told apart by `form`."""
    ours = not form or request.form.get("form") == form
    return g.get("refused") if ours else None


def typed(field: str, saved: object = "", *, form: str = "") -> str:
    """Return what was typed into a refused form, else what is saved."""
    if refused(form) is None:
        return str(saved)
    return request.form.get(field, "")


def ticked(field: str, *, saved: bool, form: str = "") -> bool:
    """Return whether a box was ticked in a refused form, else as it is saved."""
    return saved if refused(form) is None else field in request.form
