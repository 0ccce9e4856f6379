"""Who runs a bot: one worker at a time, and the one that was started again at once."""

import asyncio

import pytest
from redis.asyncio import Redis

from support.telegram import lease
from support.telegram.books import Books, Fenced
from support.telegram.lease import Leases


@pytest.fixture
def story(settings, app):
    """Run a story with the leases of two workers."""

    def run(tale):
        async def told():
            async with Redis.from_url(settings.redis_url) as redis:
                return await tale(Leases(redis, "here"), Leases(redis, "there"), redis)

        return asyncio.run(told())

    return run


def test_a_bot_has_one_worker(story):
    async def tale(here, there, _redis):
        return await here.hold(1), await there.hold(1), await there.hold(2)

    assert story(tale) == (True, False, True)


def test_a_worker_keeps_what_it_has_and_lets_it_run_out(story):
    async def tale(here, _there, redis):
        await here.hold(1)
        await redis.pexpire(lease.key(1), 50)
        kept = await here.hold(1)
        return kept, await redis.pttl(lease.key(1)) > 10_000

    assert story(tale) == (True, True)


def test_a_released_bot_is_free_and_a_strangers_is_not_released(story):
    async def tale(here, there, _redis):
        await here.hold(1)
        await there.release(1)
        still = await there.hold(1)
        await here.release(1)
        return still, await there.hold(1)

    assert story(tale) == (False, True)


def test_the_next_owner_shuts_the_last_one_out(shop):
    async def tale():
        fence = await shop.books.write(lease.next_fence)
        later = Books(shop.app, shop.books.pool, shop.project_id, fence)
        await later.write(lambda _project: None)
        with pytest.raises(Fenced):
            await shop.books.write(lambda _project: None)
        return fence

    assert asyncio.run(tale()) == 1


def test_a_worker_started_again_has_its_name_and_a_second_one_another(tmp_path):
    first, lock = lease.identity(tmp_path)
    second, other = lease.identity(tmp_path)
    assert first != second
    lock.close()
    again, lock = lease.identity(tmp_path)
    assert again == first
    lock.close()
    other.close()


def test_a_redis_of_this_machine_is_trusted_while_it_is_silent():
    assert lease.trust("redis://:secret@127.0.0.1:6379/0") == float("inf")
    assert lease.trust("redis://redis.example/0") == lease.TRUST_SECONDS
