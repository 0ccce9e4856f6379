"""What is kept of a login, and which server is trusted."""

import asyncio
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyrogram.connection import Connection
from pyrogram.crypto import rsa

from support.db import db
from support.models import TelegramSession
from support.refusals import BadSetting
from support.telegram import endpoint
from support.telegram.local import PUBLIC_KEY
from support.telegram.storage import BotStorage

KEY = bytes(range(256))


@pytest.fixture
def login(shop, settings):
    """Keep a login with this key, as after the first connection."""

    async def keep(bot_id):
        storage = BotStorage(shop.books, settings)
        await storage.open()
        await storage.auth_key(KEY)
        await storage.dc_id(2)
        await storage.server_address("149.154.167.51")
        await storage.port(443)
        await storage.user_id(bot_id)
        await storage.save()

    return lambda bot_id: asyncio.run(keep(bot_id))


def kept_key(shop, settings):
    async def found():
        storage = BotStorage(shop.books, settings)
        await storage.open()
        return await storage.auth_key()

    return asyncio.run(found())


def test_a_login_is_kept_sealed(shop, settings, desk, login):
    login(desk.wallet.bot_id)
    assert kept_key(shop, settings) == KEY
    row = shop.ask(lambda: db.session.scalar(db.select(TelegramSession)))
    assert KEY.hex() not in row.key_sealed
    assert row.key_sealed.startswith("gAAAA")


def test_a_login_is_good_for_one_server_and_one_bot(shop, settings, desk, login):
    login(desk.wallet.bot_id)
    elsewhere = replace(settings, endpoint="127.0.0.1:4430")
    assert kept_key(shop, elsewhere) is None
    login(desk.wallet.bot_id + 1)
    assert kept_key(shop, settings) is None


def test_a_deleted_login_is_gone(shop, settings, desk, login):
    login(desk.wallet.bot_id)
    asyncio.run(BotStorage(shop.books, settings).delete())
    assert kept_key(shop, settings) is None


def test_without_an_endpoint_the_real_telegram_is_spoken_to(settings):
    assert endpoint.connections(settings) is Connection


def test_an_endpoint_takes_every_connection(settings):
    given = replace(settings, endpoint="[::1]:4430", public_key=str(PUBLIC_KEY))
    with asyncio.Runner() as runner:
        made = endpoint.connections(given)(
            dc_id=2,
            server_address="149.154.167.51",
            port=443,
            test_mode=False,
            loop=runner.get_loop(),
        )
    assert (made.server_address, made.port, made.ipv6) == ("::1", 4430, True)


def test_a_key_is_read_in_both_forms(tmp_path):
    modern = tmp_path / "spki.pem"
    key = serialization.load_pem_public_key(PUBLIC_KEY.read_bytes())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    modern.write_bytes(key.public_bytes(serialization.Encoding.PEM, form))
    numbers = key.public_numbers()
    for path in (PUBLIC_KEY, modern):
        rsa.server_public_keys.pop(endpoint.fingerprint(numbers.n, numbers.e), None)
        endpoint.register(path)
        known = rsa.server_public_keys[endpoint.fingerprint(numbers.n, numbers.e)]
        assert (known.m, known.e) == (numbers.n, numbers.e)


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_a_file_that_is_no_key_is_refused(tmp_path, content):
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSetting, match="TELEGRAM_PUBLIC_KEY"):
        endpoint.register(path)


def test_a_key_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "key.pem"
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    path.write_bytes(key.public_bytes(serialization.Encoding.PEM, form))
    with pytest.raises(BadSetting):
        endpoint.register(path)
