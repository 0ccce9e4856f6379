"""Statements that are built once: what they were compiled to is kept with them.

SQLAlchemy's own cache is asked by the whole structure of a statement, which for the long ones of
every page costs as much as their execution. A statement that never changes is its own key.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, literal_column, or_
from sqlalchemy.sql import Executable

MOST = 1024  # statements; those that are built for one use pass through


# As a value it would be written into its statement anew at each execution.
LINE_END: Any = literal_column("'\n'", String)


def one_of(column: Any, values: Iterable[object]) -> ColumnElement[bool]:
    """Filter: the column is one of few constants; unlike `IN` it is written once."""
    return or_(*(column == value for value in values))


class Shelf(dict[Any, Any]):
    """The `compiled_cache` of one statement: of its key only the dialect and the columns tell."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Find what it was compiled to for this dialect and these columns."""
        return super().get(_short(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        """Keep what it was compiled to."""
        super().__setitem__(_short(key), compiled)


def _short(key: Any) -> Any:
    dialect, _statement, *others = key
    return (dialect, *others)


@lru_cache(MOST)
def kept(statement: Executable) -> dict[str, Shelf]:
    """Return the execution options by which this very statement is compiled once per dialect."""
    return {"compiled_cache": Shelf()}
