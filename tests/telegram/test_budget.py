"""Nobody fills the disk: files come unasked within a customer's day and while there is room."""

import asyncio
import io
import shutil
from collections import namedtuple

import pytest

from support.db import commit
from support.messages import Media
from support.store import Store
from support.telegram import budget, media
from support.telegram.media import Fetcher
from tests.factories import later, person, say

MB = 1024 * 1024
Disk = namedtuple("Disk", "total used free")
OTHER = person(5_550_777, "Other")
LOCATION = {"id": 1, "access_hash": 1, "reference": "00", "dc": 1, "thumb": "", "message": 1}


def send(desk, size=MB, *, kind="document", **others):
    file = Media(kind, "a.bin", "application/octet-stream", size, location=LOCATION)
    return say(desk.wallet, "", kind=kind, media=file, **others)


@pytest.mark.parametrize(("kind", "size"), [("video", MB), ("document", 21 * MB)])
def test_large_files_and_films_wait_until_somebody_asks(desk, kind, size):
    assert budget.is_eager(send(desk))
    assert not budget.is_eager(send(desk, size, kind=kind))


def test_after_so_many_bytes_in_a_day_a_customers_files_are_only_offered(desk):
    sent = [send(desk, 20 * MB, now=later(minutes=number)) for number in range(11)]
    assert [budget.is_eager(message) for message in sent] == [True] * 10 + [False]
    assert budget.is_eager(send(desk, 20 * MB, who=OTHER, now=later(minutes=12)))
    assert budget.is_eager(send(desk, 20 * MB, now=later(days=1, minutes=11)))


def test_after_so_many_files_in_a_day_a_customers_files_are_only_offered(desk, monkeypatch):
    monkeypatch.setattr(budget, "FILES_A_DAY", 3)
    sent = [send(desk, 1, now=later(minutes=number)) for number in range(5)]
    assert [budget.is_eager(message) for message in sent] == [True] * 3 + [False] * 2


def test_a_restart_fetches_no_more_than_the_budget(desk, monkeypatch):
    monkeypatch.setattr(budget, "FILES_A_DAY", 2)
    sent = [send(desk, 1, now=later(minutes=number)) for number in range(4)]
    commit()
    assert media.left_behind(desk.wallet) == [message.attachment.id for message in sent[:2]]


ROOM = {(1000, 2): True, (1000, 1): False, (10, 1): True, (10, 0): False}


@pytest.mark.parametrize("gigabytes", ROOM)
def test_a_disk_has_room_above_a_gigabyte_or_a_twentieth(gigabytes, tmp_path, monkeypatch):
    total, free = (number * 1024 * MB for number in gigabytes)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(total, total - free, free))
    assert Store(tmp_path).has_room() == ROOM[gigabytes]


def test_on_a_full_disk_only_what_was_asked_for_is_fetched(shop, desk, settings, monkeypatch):
    fetched = []

    async def persistently(_self, wanted, target):
        target.write_bytes(b"words")
        fetched.append(wanted.attachment_id)
        return 5

    offered, asked = (send(desk).attachment.id for _ in range(2))
    commit()
    monkeypatch.setattr(Fetcher, "_persistently", persistently)
    monkeypatch.setattr(Store, "has_room", lambda _self: False)
    asyncio.run(serve(Fetcher(None, shop.books, settings), [offered], [asked]))
    assert fetched == [asked]


async def serve(fetcher, offered, asked):
    fetcher.bring([*offered, *asked])
    fetcher.want(asked)
    for _ in range(2):
        await fetcher.next()


class Full(io.BytesIO):
    """An upload in the middle of which the disk is full."""

    def read(self, size=-1):
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().read(3)


def test_of_an_upload_that_broke_off_nothing_stays(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(OSError, match="No space"):
        store.keep(Full(b"words"), name="a", limit_mb=1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
