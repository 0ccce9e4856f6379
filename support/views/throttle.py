"""Failures are counted, and after too many of them the door says how long it stays shut."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, TypeVar, cast

from flask import Response
from flask_limiter import RateLimitExceeded

from support.db import utcnow
from support.refusals import TooManyTries
from support.views.guards import limiter

View = TypeVar("View", bound=Callable[..., Any])
Rule = tuple[str, Callable[[], str] | None]


def throttled(*rules: Rule, status: int) -> Callable[[View], View]:
    """Count answers of this `status` by each rule: its limit, and the key that it counts.

    Without a key the address of the browser is counted.
    """

    def is_failure(response: Response) -> bool:
        return response.status_code == status

    def wrap(view: View) -> View:
        limited: Callable[..., Any] = view
        for rule, key in rules:
            limited = limiter.limit(rule, key_func=key, deduct_when=is_failure)(limited)

        @wraps(view)
        def call(*args: object, **kwargs: object) -> Any:
            try:
                return limited(*args, **kwargs)
            except RateLimitExceeded as error:
                raise TooManyTries(minutes=minutes_left()) from error

        return cast("View", call)

    return wrap


def minutes_left() -> int:
    """Return after how many minutes the next try is heard, rounded up."""
    limit = limiter.current_limit
    left = limit.reset_at - utcnow().timestamp() if limit else 0
    return max(1, ceil(left / 60))
