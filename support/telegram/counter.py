"""Telegram counts its updates; what the count allows is applied, in order and once."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Counter(Generic[T]):
    """One of Telegram's counters (pts or qts), and what came too early for it.

    https://core.telegram.org/api/updates: an update moves the counter by `count` to `at`.
    """

    def __init__(self, value: int) -> None:
        self.value = value
        self._early: list[tuple[int, int, T]] = []

    @property
    def has_gap(self) -> bool:
        """Whether something waits for an update that has not come."""
        return bool(self._early)

    def offer(self, at: int, count: int, thing: T) -> list[T]:
        """Return what may be applied now: nothing for an old or an early thing."""
        if self.value < at - count:
            self._early.append((at, count, thing))
            return []
        if self.value > at - count:
            return []
        self.value = at
        return [thing, *self._followers()]

    def reset(self, value: int) -> list[T]:
        """Go on from another value, and return what may be applied after it."""
        self.value = value
        return self._followers()

    def jump(self) -> list[T]:
        """Stop waiting for what never comes: return what came too early, in order."""
        early, self._early = sorted(self._early, key=lambda waiting: waiting[0]), []
        self.value = max([self.value, *(at for at, _count, _thing in early)])
        return [thing for _at, _count, thing in early]

    def _followers(self) -> list[T]:
        """Offer again what came too early, until it is applied, old, or still too early."""
        early, self._early = sorted(self._early, key=lambda waiting: waiting[0]), []
        return [thing for waiting in early for thing in self.offer(*waiting)]
