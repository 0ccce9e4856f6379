"""Getting a key, logging in as a bot, and losing the login again."""

import asyncio
from pathlib import Path

import pytest
from pyrogram import raw
from pyrogram.errors import (
    AccessTokenExpired,
    AccessTokenInvalid,
    AuthBytesInvalid,
    AuthKeyUnregistered,
    MethodInvalid,
)
from pyrogram.session import Auth, Session

from tests.telegram.local.town import GUARD, Place, until


def test_a_bot_logs_in_by_its_token(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            assert client.me.id == place.bot
            assert client.me.is_bot
            full = await client.invoke(
                raw.functions.users.GetFullUser(id=raw.types.InputUserSelf())
            )
            assert full.full_user.id == place.bot

    asyncio.run(story())


def test_an_unknown_token_is_refused(place: Place) -> None:
    async def story() -> None:
        with pytest.raises(AccessTokenInvalid):
            await place.client(token="123456:" + "x" * 35).start()

    asyncio.run(story())


def test_a_login_is_denied_by_a_switch(place: Place) -> None:
    place.faults(deny_login={"error": "ACCESS_TOKEN_EXPIRED"})

    async def story() -> None:
        with pytest.raises(AccessTokenExpired):
            await place.client().start()
        place.faults(deny_login=None)
        async with place.online():
            pass

    asyncio.run(story())


def test_a_kept_key_logs_in_without_a_token(place: Place, tmp_path: Path) -> None:
    async def story() -> None:
        async with place.online(tmp_path):
            pass
        place.faults(deny_login=True)
        async with place.online(tmp_path) as client:
            assert client.me.id == place.bot

    asyncio.run(story())


def test_after_logging_out_the_key_speaks_for_nobody(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            await client.invoke(raw.functions.auth.LogOut())
            with pytest.raises(AuthKeyUnregistered):
                await client.invoke(raw.functions.updates.GetState())

    asyncio.run(story())


def test_a_revoked_login_answers_401_until_the_next_login(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            place.faults(revoke_key={"bot": place.bot})
            with pytest.raises(AuthKeyUnregistered):
                await client.invoke(raw.functions.updates.GetState())
            await client.sign_in_bot(place.token)
            await client.invoke(raw.functions.updates.GetState())

    asyncio.run(story())


def test_a_forgotten_key_is_answered_by_404(place: Place, tmp_path: Path) -> None:
    async def story() -> None:
        async with place.online(tmp_path):
            pass
        place.faults(revoke_key={"bot": place.bot, "mode": "forgotten"})
        client = place.client(tmp_path)
        await client.storage.open()
        connection = client.connection_factory(
            2, "", 0, test_mode=False, loop=asyncio.get_running_loop()
        )
        await connection.connect()
        key = Session(client, 2, "", 0, await client.storage.auth_key(), test_mode=False)
        await connection.send(key.auth_key_id + bytes(80))
        assert await connection.recv() == (-404).to_bytes(4, "little", signed=True)
        await connection.close()
        await client.storage.close()

    asyncio.run(story())


def test_a_method_it_does_not_know_is_an_error_and_no_end(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            with pytest.raises(MethodInvalid):
                await client.invoke(raw.functions.help.GetSupport())
            await client.invoke(raw.functions.updates.GetState())

    asyncio.run(story())


def test_a_login_is_carried_to_another_key_by_a_ticket(place: Place) -> None:
    async def story() -> None:
        async with place.online() as client:
            ticket = await client.invoke(raw.functions.auth.ExportAuthorization(dc_id=4))
            key = await Auth(client, 4, "", 0, test_mode=False).create()
            session = Session(client, 4, "", 0, key, test_mode=False)
            await session.start()
            carry = raw.functions.auth.ImportAuthorization(id=ticket.id, bytes=ticket.bytes)
            assert (await session.invoke(carry)).user.id == place.bot
            with pytest.raises(AuthBytesInvalid):
                await session.invoke(carry)
            await session.stop()

    asyncio.run(story())


def test_several_clients_of_one_bot_all_hear(place: Place) -> None:
    async def story() -> None:
        async with place.online() as first, place.online() as second:
            place.say("hello")
            await until(lambda: first.heard and second.heard, GUARD)

    asyncio.run(story())
