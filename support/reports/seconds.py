"""Instants as whole seconds since 1970, on either database; what is between two is exact."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class epoch(FunctionElement[int]):  # noqa: N801 - it is written like a function of SQL
    """An instant's whole seconds since 1970, its fraction left out."""

    type = BigInteger()
    inherit_cache = True


class written(FunctionElement[str]):  # noqa: N801 - as above
    """The same as a text."""

    type = String()
    inherit_cache = True


@compiles(written, "sqlite")
def _text_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"strftime('%s', {compiler.process(element.clauses, **options)})"


@compiles(written, "postgresql")
def _text_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST({_postgresql(element, compiler, **options)} AS VARCHAR)"


@compiles(epoch, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(epoch, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    # In double precision, which holds microseconds: `extract` counts in slow decimals.
    return f"CAST(floor(date_part('epoch', {inner})) AS BIGINT)"
