"""Invitations in the browser: a link shown once, a door that opens once, no secret left about."""

import logging
import re

import pytest

from support import invitations, plans, projects
from support.db import commit, utcnow
from support.models import Agent, Invitation
from support.supervisor.desk import GUNICORN
from tests.factories import later

LI = {"email": "li@desk.example", "role": "member", "project": "", "place": "agent"}
JOINS = {"name": "Li", "password": "a long enough secret"}
UNKNOWN = "This link is not valid (any more). Ask for a new invitation."


@pytest.fixture
def invite(desk):
    """Keep a place for somebody; give the path of the link."""

    def made(email="li@desk.example", **others):
        secret = invitations.invite(email, by=desk.olga, now=utcnow(), **others)
        commit()
        return f"/join/{secret}"

    return made


def test_the_owner_invites_and_the_link_is_shown_once(as_, desk, browser, look):
    olga = as_(desk.olga)
    fields = LI | {"project": desk.wallet.id, "place": "supervisor"}
    page = olga.post("/people/invite", fields)
    link = re.search(r"http://localhost(/join/[^\"]+)", page.text).group(1)
    listed = olga.get("/people").text
    assert "li@desk.example" in listed
    assert "Wallet · Supervisor" in listed
    assert link not in listed
    with look() as rows:
        assert link.rsplit("/", 1)[1] not in rows.query(Invitation).one().digest
    assert "li@desk.example" in browser.get(link).text
    assert browser.post(link, JOINS).location == "/"
    assert browser.get("/account").status_code == 200
    assert browser.get(f"/projects/{desk.wallet.id}").status_code == 200
    assert 'id="invited"' not in olga.get("/people").text


def test_the_link_is_under_the_address_that_people_type(as_, desk, web, monkeypatch, settings):
    from dataclasses import replace  # noqa: PLC0415

    typed = replace(settings, public_url="https://desk.example")
    monkeypatch.setitem(web.config, "SETTINGS", typed)
    assert 'value="https://desk.example/join/' in as_(desk.olga).post("/people/invite", LI).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "li"}, "is not an e-mail address"),
        ({"email": "mei@desk.example"}, "exists already"),
        ({"role": "king"}, "is not a role"),
        ({"project": "999999"}, "is not one of the choices here"),
        ({"project": "{wallet}", "place": "king"}, "is not a role"),
    ],
)
def test_a_bad_invitation_keeps_what_was_typed(as_, desk, wrong, sentence):
    fields = LI | {name: text.format(wallet=desk.wallet.id) for name, text in wrong.items()}
    page = as_(desk.olga).post("/people/invite", fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert f'value="{fields["email"]}"' in page.text


def test_a_full_plan_names_itself_and_its_seats(as_, desk):
    plans.choose(projects.workspace(), "standard", by=desk.olga, now=utcnow())
    commit()
    page = as_(desk.olga).post("/people/invite", LI)
    assert page.status_code == 422
    assert "The plan “standard” has 3 seats and all are taken." in page.text


def test_revoking_shuts_the_door(as_, desk, browser, invite, look):
    link, olga = invite(), as_(desk.olga)
    with look() as rows:
        number = rows.query(Invitation).one().id
    assert olga.post(f"/people/invitations/{number}/revoke").status_code == 303
    assert browser.get(link).status_code == 404
    assert olga.post("/people/invitations/999999/revoke").status_code == 404


def test_used_revoked_expired_and_unknown_get_one_answer(desk, browser, invite):
    expired = invitations.invite("yu@desk.example", by=desk.olga, now=later(days=-30))
    commit()
    used, revoked = invite(), invite("wu@desk.example")
    invitations.revoke(invitations.find(revoked[6:], now=utcnow()), by=desk.olga, now=utcnow())
    commit()
    browser.get(used)
    assert browser.post(used, JOINS).status_code == 303
    browser.post("/logout")
    browser.get("/login")
    for path in (used, revoked, f"/join/{expired}", "/join/x", "/join/%00", "/join/" + "é" * 99):
        for answer in (browser.get(path), browser.post(path, JOINS)):
            assert answer.status_code == 404
            assert UNKNOWN in answer.text
            assert answer.headers["Referrer-Policy"] == "strict-origin"
            assert answer.headers["Cache-Control"] == "no-store"


def test_a_refused_name_or_password_leaves_the_door_open(browser, invite, look):
    link = invite()
    browser.get(link)
    for wrong, sentence in (({"name": " "}, "A name needs"), ({"password": "short"}, "at least")):
        page = browser.post(link, JOINS | wrong)
        assert page.status_code == 422
        assert sentence in page.text
        assert JOINS["password"] not in page.text
    with look() as rows:
        assert rows.query(Agent).filter_by(email="li@desk.example").count() == 0
    assert browser.post(link, JOINS).status_code == 303


def test_guessing_is_throttled(browser, invite):
    link = invite()
    for _try in range(30):
        browser.get("/join/guess")
    assert browser.get(link).status_code == 429


def test_the_door_opens_over_tls_too(web, invite):
    link = invite()
    client = web.test_client()
    page = client.get(link, base_url="https://localhost").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    answer = client.post(
        link,
        base_url="https://localhost",
        headers={"Referer": "https://localhost/"},
        data=JOINS | {"csrf_token": token},
    )
    assert answer.status_code == 303


def test_no_secret_comes_into_a_log(web, browser, invite, caplog, monkeypatch):
    link = invite()

    def broken(_secret, **_others):
        raise RuntimeError

    monkeypatch.setattr(invitations, "find", broken)
    monkeypatch.setitem(web.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.INFO):
        assert browser.get(link).status_code == 500
    assert "/join/…" in caplog.text
    assert link not in caplog.text
    assert not [word for word in GUNICORN if "log" in word]
