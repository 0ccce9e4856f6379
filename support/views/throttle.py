"""Tries are counted as they come in, and after too many of them the door says how long it is shut.

Counted on entry, or a crowd that comes at once would be inside before the first has failed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from math import ceil
from typing import Any, TypeVar, cast

from flask_limiter import RateLimitExceeded
from redis.exceptions import RedisError

from support.db import utcnow
from support.refusals import TooManyTries
from support.views.guards import limiter

View = TypeVar("View", bound=Callable[..., Any])
Rule = tuple[str, Callable[[], str] | None]


def throttled(*rules: Rule) -> Callable[[View], View]:
    """Count every try by each rule, its limit and the key that it counts; a success is given back.

    Without a key the address of the browser is counted. A success is whatever was not refused.
    """

    def wrap(view: View) -> View:
        limited: Callable[..., Any] = view
        for rule, key in rules:
            limited = limiter.limit(rule, key_func=key)(limited)

        @wraps(view)
        def call(*args: object, **kwargs: object) -> Any:
            try:
                answer = limited(*args, **kwargs)
            except RateLimitExceeded as error:
                raise TooManyTries(minutes=minutes_left()) from error
            give_back()
            return answer

        return cast("View", call)

    return wrap


def give_back() -> None:
    """Take this try off the counters again; one that Redis loses stays counted."""
    with suppress(RedisError):
        for counted in limiter.current_limits:
            limiter.limiter.hit(counted.limit, *counted.request_args, cost=-1)


def minutes_left() -> int:
    """Return after how many minutes the next try is heard, rounded up."""
    limit = limiter.current_limit
    left = limit.reset_at - utcnow().timestamp() if limit else 0
    return max(1, ceil(left / 60))
