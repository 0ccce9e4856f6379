"""Fixtures: one local Telegram for all tests, and one of his own for who wants to kill it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from pyrogram.crypto import rsa

from support.telegram.local import PUBLIC_KEY, keys
from tests.telegram.local.town import Place, Town

numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def _registered_key() -> None:
    modulus, exponent = keys.integers(PUBLIC_KEY.read_text())
    rsa.server_public_keys[keys.fingerprint(modulus, exponent)] = rsa.PublicKey(modulus, exponent)


@pytest.fixture(scope="session")
def shared_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    town = Town(tmp_path_factory.mktemp("telegram"))
    town.start()
    yield town
    assert town.stop() == 0


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A server of one's own, to be killed."""
    town = Town(tmp_path / "telegram")
    town.start()
    yield town
    town.stop()


@pytest.fixture
def place(shared_town: Town) -> Iterator[Place]:
    place = Place(shared_town, next(numbers))
    yield place
    for name, value in shared_town.get("/faults").items():
        if value:
            shared_town.post("/faults", **{name: None})


@pytest.fixture
def own_place(town: Town) -> Place:
    return Place(town, next(numbers))
