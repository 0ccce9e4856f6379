"""Which list of risk words is in force: asked right before a letter leaves, for many at once."""

from __future__ import annotations

import asyncio

from support.models import Project
from support.telegram.books import Books


class Present:
    """The stamp of the list in force.

    Everybody who asks gets an answer that was read after he asked: who comes while one is being
    read shares the next.
    """

    def __init__(self, books: Books) -> None:
        """Ask these books."""
        self._books = books
        self._running: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None

    async def stamp(self) -> str:
        """Return the stamp as it is now."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._ask(self._running))
        return await asyncio.shield(self._next)

    async def _ask(self, before: asyncio.Task[str] | None) -> str:
        if before is not None and not before.done():
            await asyncio.wait({before})
        self._running, self._next = self._next, None
        return await self._books.read(stamp_of)


def stamp_of(project: Project) -> str:
    """Return the stamp of a project's list."""
    return project.risk_stamp
