"""Agents, logins and members: who is let in, who is shut out, and when."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event

import pytest

from support import logins, passwords, people
from support.db import commit, db
from support.refusals import (
    BadEmail,
    BadName,
    BadRole,
    EmailTaken,
    LastOwner,
    PasswordCommon,
    PasswordTooShort,
    TooManyRequests,
    WrongLogin,
)
from tests.factories import HASH, PASSWORD, SHIPPED, START, later


def create(**values):
    values = {"email": "li@desk.example", "name": "Li", "password_hash": HASH} | values
    return people.create(values.pop("email"), **values, by=None, now=START)


def test_an_agent_is_created_and_logs_in(desk):
    li = create(email=" Li@Desk.example ")
    assert li.email == "li@desk.example"
    commit()
    assert logins.verify("LI@desk.example", PASSWORD) == li.id


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        ({"email": "li"}, BadEmail),
        ({"email": "<li>@desk.example"}, BadEmail),
        ({"email": "mei@desk.example"}, EmailTaken),
        ({"name": "  "}, BadName),
        ({"name": "x" * 81}, BadName),
        ({"role": "king"}, BadRole),
    ],
)
def test_bad_input_gets_its_sentence(desk, bad, refusal):
    with pytest.raises(refusal):
        create(**bad)


@pytest.mark.parametrize(
    ("bad", "refusal"), [("short", PasswordTooShort), ("password1234", PasswordCommon)]
)
def test_a_bad_password_is_never_hashed(desk, bad, refusal):
    with pytest.raises(refusal):
        passwords.hashed(bad)


def test_a_hash_costs_64_mb_and_three_passes():
    """The shipped one: all other tests hash with next to no work."""
    kept = SHIPPED.hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, "not the password")


@pytest.mark.parametrize("email", ["mei@desk.example", "nobody@desk.example"])
def test_wrong_password_and_unknown_address_get_the_same_answer(desk, email):
    with pytest.raises(WrongLogin):
        logins.verify(email, "not the password")


def test_only_a_few_passwords_are_hashed_at_a_time(app, desk, monkeypatch):
    inside, most, never = [], [], Event()

    class Slow:
        def verify(self, *_words):
            inside.append(1)
            most.append(len(inside))
            never.wait(0.05)
            inside.pop()
            return True

    def try_one(_number):
        with app.app_context():
            return logins.verify("mei@desk.example", "any")

    monkeypatch.setattr(passwords, "hasher", Slow())
    with ThreadPoolExecutor(8) as crowd:
        assert len(list(crowd.map(try_one, range(8)))) == 8
    assert max(most) == passwords.HASHES_AT_ONCE


def test_who_finds_no_place_to_hash_is_told_to_come_again(desk, monkeypatch):
    monkeypatch.setattr(passwords, "_hashing", BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "HASH_WAIT", 0.01)
    assert passwords._hashing.acquire()
    with pytest.raises(TooManyRequests):
        logins.verify("mei@desk.example", PASSWORD)


def test_hashing_holds_no_connection(desk, monkeypatch):
    held = []

    class Watching:
        def verify(self, *_words):
            held.append(db.session().in_transaction())
            return True

        hash = verify

    monkeypatch.setattr(passwords, "hasher", Watching())
    logins.verify("mei@desk.example", PASSWORD)
    people.by_email("mei@desk.example")
    passwords.hashed(PASSWORD)
    assert held == [False, False]


def test_a_disabled_agent_is_shut_out_everywhere(desk, mei):
    secret = logins.start(mei, address="127.0.0.1", browser="test", now=START)
    assert logins.find(secret, now=START)
    people.disable(mei, by=desk.olga, now=START)
    assert logins.find(secret, now=START) is None
    with pytest.raises(WrongLogin):
        logins.verify(mei.email, PASSWORD)


def test_the_database_keeps_no_secret(desk, mei):
    secret = logins.start(mei, address="127.0.0.1", browser="test", now=START)
    assert secret not in {login.digest for login in logins.running(mei, now=START)}


def test_a_login_ends_after_12_idle_hours_and_after_7_days(desk, mei):
    secret = logins.start(mei, address="127.0.0.1", browser="test", now=START)
    assert logins.find(secret, now=later(hours=11, minutes=59))
    assert logins.find(secret, now=later(hours=12)) is None
    login = logins.find(secret, now=START)
    for day in range(14):
        logins.touch(login, now=later(hours=11 * day))
    assert logins.find(secret, now=later(days=6, hours=10))
    assert logins.find(secret, now=later(days=7)) is None


def test_a_new_password_ends_every_login(desk, mei):
    secret = logins.start(mei, address="127.0.0.1", browser="test", now=START)
    people.set_password(mei, password_hash=HASH, by=mei, now=START)
    assert logins.find(secret, now=START) is None


def test_all_other_logins_can_be_ended(desk, mei):
    here, there = (
        logins.start(mei, address="127.0.0.1", browser=name, now=START) for name in ("a", "b")
    )
    mine = logins.find(here, now=START)
    logins.end_all(mei, by=mei, now=START, but=mine)
    assert logins.find(here, now=START)
    assert logins.find(there, now=START) is None


def test_the_last_owner_stays(desk):
    with pytest.raises(LastOwner):
        people.disable(desk.olga, by=desk.olga, now=START)
    with pytest.raises(LastOwner):
        people.set_role(desk.olga, "member", by=desk.olga, now=START)
    people.set_role(desk.sun, "owner", by=desk.olga, now=START)
    db.session.flush()
    people.set_role(desk.olga, "member", by=desk.sun, now=START)
    assert not desk.olga.is_owner


def test_a_membership_is_one_per_project_and_changes_its_role(desk, mei, wallet):
    first = people.membership(mei, wallet)
    assert people.add_member(mei, wallet, "supervisor", by=desk.olga, now=START) is first
    assert people.membership(mei, wallet).role == "supervisor"
    with pytest.raises(BadRole):
        people.add_member(mei, wallet, "king", by=desk.olga, now=START)


def test_who_may_hold_a_conversation(desk, wallet):
    holders = {
        agent.name
        for agent in (desk.olga, desk.sun, desk.mei, desk.ken, desk.ada, desk.zoe)
        if people.may_hold(agent, wallet)
    }
    assert holders == {"Olga", "Sun", "Mei", "Ken"}
