"""How templates are compiled: what a page says a hundred times is looked up, not called."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

# `_("Send")` is `sentence_book["Send"]`, at a fifth of the price; with values it stays a call.
BOOKS = {"_": "sentence_book", "icon": "icon_book"}


class Environment(FlaskEnvironment):
    """Flask's, with constant sentences and icons looked up."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give templates the globals themselves: each include counts them, a chain slowly."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return LookedUp().visit(super()._parse(source, name, filename))


class LookedUp(NodeTransformer):
    """Turns calls with one constant into lookups in the book of that name."""

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's name
        """Replace `_("Send")` and `icon("send")`; everything else stays."""
        self.generic_visit(call)
        if not is_constant(call):
            return call
        book = nodes.Name(BOOKS[call.node.name], "load", lineno=call.lineno)  # type: ignore[attr-defined]
        return nodes.Getitem(book, call.args[0], "load", lineno=call.lineno)


def is_constant(call: nodes.Call) -> bool:
    """Whether this asks a book for one constant and nothing else."""
    others = (call.kwargs, call.dyn_args, call.dyn_kwargs)
    named = isinstance(call.node, nodes.Name) and call.node.name in BOOKS
    return named and [type(one) for one in call.args] == [nodes.Const] and not any(others)


def init(app: Flask) -> None:
    """Before any template is read."""
    app.jinja_environment = Environment


def settled(app: Flask) -> None:
    """Once every filter and global is known: the macros of the kit are at hand everywhere."""
    kit: Any = app.jinja_env.get_template("_kit.html").module
    app.add_template_global(kit, "kit")
