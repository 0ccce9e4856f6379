"""Passwords are hashed while nobody waits: no door holds the database meanwhile."""

import pytest

from support import passwords
from support.db import db
from tests.factories import HASH, PASSWORD

NEW = "a long enough secret"
LI = {"email": "li@desk.example", "name": "Li", "password": NEW}


@pytest.fixture
def hashed(monkeypatch):
    """Collect, for every hash, whether a transaction was open."""
    seen = []

    class Watching:
        def hash(self, _password):
            seen.append(db.session().in_transaction())
            return HASH

        def verify(self, *_words):
            return True

    monkeypatch.setattr(passwords, "hasher", Watching())
    return seen


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/people/new", LI),
        ("/people/{mei}/password", {"password": NEW}),
        ("/account/password", {"current": PASSWORD, "password": NEW}),
    ],
)
def test_no_lock_is_held_while_a_password_is_hashed(as_, desk, hashed, path, fields):
    answer = as_(desk.olga).post(path.format(mei=desk.mei.id), fields)
    assert answer.status_code == 303, answer.text
    assert hashed == [False]
