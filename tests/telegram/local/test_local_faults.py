"""The switches: what can go wrong with Telegram goes wrong when a test says so."""

import asyncio

import pytest
from pyrogram.errors import FloodWait, RandomIdDuplicate500, RPCError
from pyrogram.raw import functions, types

from tests.telegram.local.town import Place, until

GET_STATE = functions.updates.GetState()


def test_a_flood_wait_lasts_its_seconds_for_one_customer(place: Place) -> None:
    other = place.town.post("/customers", first_name="Bob")["id"]
    place.town.post("/messages", bot=place.bot, customer=other, text="hi")
    place.faults(flood_wait={"seconds": 3, "customer": place.customer})
    bob = types.InputPeerUser(user_id=other, access_hash=0)

    async def story() -> None:
        async with place.online() as client:
            for _ in range(2):
                with pytest.raises(FloodWait) as refused:
                    await client.invoke(place.message("slowly", 1), sleep_threshold=0)
                assert 1 <= refused.value.value <= 3
            other_chat = functions.messages.SendMessage(peer=bob, message="bob", random_id=2)
            await client.invoke(other_chat, sleep_threshold=0)
            assert place.faults()["flood_wait"]["refused"] == 2
            # Stock kurigram waits out what is not over its threshold, and sends again.
            await client.invoke(place.message("slowly", 1), sleep_threshold=5)
            assert "flood_wait" not in place.faults()

    asyncio.run(story())
    assert place.sent() == ["bob", "slowly"]


def test_a_lost_reply_is_asked_for_again_and_sends_once(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.faults(drop_reply={"method": "messages.sendMessage"})
            with pytest.raises(TimeoutError):
                await client.invoke(place.message("once", 8), retries=1, timeout=0.3)
            answer = await client.invoke(place.message("once", 8))
            assert answer.id == 2

    asyncio.run(story())
    assert place.sent() == ["once"]


def test_a_send_under_way_refuses_its_twin(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.faults(slow={"method": "messages.sendMessage", "ms": 1500})
            first = asyncio.create_task(client.invoke(place.message("slow", 9)))
            await until(lambda: "slow" not in place.faults())
            with pytest.raises(RandomIdDuplicate500):
                await client.session.send(place.message("slow", 9))
            assert (await first).id == (await client.invoke(place.message("slow", 9))).id

    asyncio.run(story())
    assert place.sent() == ["slow"]


def test_an_error_of_ones_own_choice(place: Place) -> None:
    fault = {"method": "updates.getState", "code": 400, "text": "PEER_ID_INVALID", "times": 2}
    place.faults(rpc_error=fault)

    async def story() -> None:
        async with place.online() as client:
            with pytest.raises(RPCError, match="PEER_ID_INVALID"):
                await client.invoke(GET_STATE)
            await client.invoke(GET_STATE)

    place.faults(rpc_error={**fault, "times": 1})
    with pytest.raises(RPCError, match="PEER_ID_INVALID"):
        asyncio.run(story())
    asyncio.run(_fails_once(place, fault))


async def _fails_once(place: Place, fault: dict) -> None:
    async with place.online() as client:
        place.faults(rpc_error={**fault, "times": 1})
        with pytest.raises(RPCError, match="PEER_ID_INVALID"):
            await client.invoke(GET_STATE)
        await client.invoke(GET_STATE)


def test_a_dropped_connection_loses_no_push_of_its_session(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.say("before")
            await until(lambda: client.heard)
            place.faults(drop_connections=True)
            for n in range(3):
                place.say(f"meanwhile {n}")
            await until(lambda: len(client.heard) == 4)
            texts = [update.message.message for update in client.heard]
            assert texts == ["before", "meanwhile 0", "meanwhile 1", "meanwhile 2"]
            await client.invoke(place.message("back", 1))

    asyncio.run(story())


def test_a_flood_of_missed_pushes_becomes_one_hint(place: Place) -> None:
    messages = [{**place.chat, "text": "x"}] * 600

    async def story() -> None:
        async with place.online() as client:
            session = client.session
            await session.connection.close()
            place.town.call("POST", "/messages/batch", messages)
            (hint,) = await until(lambda: client.heard)
            assert isinstance(hint, types.UpdatesTooLong)

    asyncio.run(story())


def test_a_bad_salt_is_replaced_without_anybody_noticing(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            before = client.session.salt
            place.faults(bad_salt={"bot": place.bot})
            await client.invoke(place.message("salted", 1))
            assert client.session.salt != before

    asyncio.run(story())
    assert place.sent() == ["salted"]


def test_a_slow_network_keeps_the_order(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.faults(latency_ms=150)
            loop = asyncio.get_running_loop()
            started = loop.time()
            place.say("one")
            place.say("two")
            await until(lambda: len(client.heard) == 2)
            assert loop.time() - started >= 0.15
            assert [update.message.message for update in client.heard] == ["one", "two"]
            place.faults(latency_ms=0)

    asyncio.run(story())


def test_the_pace_of_a_chat_can_be_limited(place: Place) -> None:
    place.faults(rate_limits=True)

    async def story() -> None:
        async with place.online() as client:
            for n in range(1, 4):
                await client.invoke(place.message("quick", n))
            with pytest.raises(FloodWait):  # noqa: PT012 - a slow machine is too quick later
                for n in range(4, 60):
                    await client.invoke(place.message("too quick", n), sleep_threshold=0)
            # What was made already is answered at any pace.
            await client.invoke(place.message("quick", 1), sleep_threshold=0)

    asyncio.run(story())


def test_an_unknown_switch_is_refused(place: Place) -> None:
    assert place.town.raw("POST", "/faults", {"earthquake": True})[0] == 400
    assert place.town.raw("POST", "/faults", {"lose_push": {"twice": 1}})[0] == 400
