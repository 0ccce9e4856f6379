"""Work that goes on together until a part of it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

AGAIN_SECONDS = 2.0


async def first_end(*parts: Coroutine[Any, Any, None]) -> None:
    """Run parts together until one of them ends; end the others and raise its reason."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancelled(tasks)
    for task in done:
        task.result()


async def cancelled(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are done.

    One request can be lost: Python 3.11's `wait_for` forgets it if its answer comes with it.
    """
    while waiting := [task for task in tasks if not task.done()]:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
