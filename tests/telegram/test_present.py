"""The list in force is read after it was asked for, and once for many who ask together."""

import asyncio

import pytest

from support.telegram.present import Present


class Slow:
    """Books that read when they are told to, and count how often."""

    def __init__(self, *stamps):
        self.stamps, self.reads, self.go = list(stamps), 0, asyncio.Event()

    async def read(self, _question):
        self.reads += 1
        await self.go.wait()
        stamp = self.stamps.pop(0)
        if isinstance(stamp, Exception):
            raise stamp
        return stamp


def story(*stamps):
    """Let one ask, then three while that is read; return what each hears and the reads."""

    async def told():
        books = Slow(*stamps)
        present = Present(books)
        asked = [asyncio.ensure_future(present.stamp())]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked += [asyncio.ensure_future(present.stamp()) for _ in range(3)]
        await asyncio.sleep(0)
        books.go.set()
        return await asyncio.gather(*asked, return_exceptions=True), books.reads

    return asyncio.run(told())


def test_who_comes_while_it_is_read_shares_the_next_answer():
    assert story("old", "new") == (["old", "new", "new", "new"], 2)


def test_an_answer_that_failed_is_nobody_elses():
    failed = OSError()
    assert story(failed, "new") == ([failed, "new", "new", "new"], 2)


def test_later_it_is_read_anew():
    async def told():
        books = Slow("one", "two")
        books.go.set()
        present = Present(books)
        return [await present.stamp(), await present.stamp()]

    assert asyncio.run(told()) == ["one", "two"]


@pytest.mark.parametrize("count", [1, 60])
def test_however_many_ask_at_once_it_is_read_once(count):
    async def told():
        books = Slow("same", "same")
        books.go.set()
        present = Present(books)
        heard = await asyncio.gather(*(present.stamp() for _ in range(count)))
        return set(heard), books.reads

    assert asyncio.run(told()) == ({"same"}, 1)
