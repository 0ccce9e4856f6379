"""The set-up page: it makes the owner, once, and never in the demonstration."""

import dataclasses

import pytest
from sqlalchemy import select

from support import factory
from support.db import db
from support.models import Agent, Workspace
from support.passwords import PASSWORD_LEAST
from tests.views.conftest import Browser

pytestmark = pytest.mark.one_database

OWNER = {
    "workspace": "Harbour Support",
    "name": "Olga",
    "email": "Olga@Desk.example",
    "password": "a long enough secret",
}


@pytest.fixture
def empty(app, web):
    """Open a browser on an installation in which nobody is."""
    return Browser(web)


def test_an_empty_installation_leads_to_the_set_up_page(empty):
    assert empty.get("/").location == "/login"
    assert empty.get("/login").location == "/setup"
    assert empty.get("/setup").status_code == 200


def test_the_owner_is_let_in_and_led_to_the_first_project(empty, look):
    empty.get("/setup")
    answer = empty.post("/setup", OWNER | {"timezone": "Asia/Shanghai"})
    assert (answer.status_code, answer.location) == (303, "/projects/new")
    assert empty.get("/projects/new").status_code == 200
    with look() as rows:
        owner = rows.scalars(select(Agent)).one()
        assert (owner.email, owner.role) == ("olga@desk.example", "owner")
        workspace = rows.scalars(select(Workspace)).one()
        assert (workspace.name, workspace.timezone) == ("Harbour Support", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "short", f"at least {PASSWORD_LEAST} characters"),
        ("password", "password1234", "every attacker"),
        ("email", "olga", "is not an e-mail address"),
        ("name", "   ", "A name needs"),
        ("workspace", "", "A name needs"),
    ],
)
def test_bad_input_gets_its_sentence_and_keeps_the_rest(empty, look, field, value, sentence):
    empty.get("/setup")
    answer = empty.post("/setup", OWNER | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    if field != "name":
        assert 'value="Olga"' in answer.text
    assert OWNER["password"] not in answer.text
    with look() as rows:
        assert rows.scalars(select(Agent)).all() == []


def test_nobody_sets_an_installation_up_twice(browser, look):
    assert browser.get("/setup").location == "/login"
    browser.get("/login")
    assert browser.post("/setup", OWNER).status_code == 404
    with look() as rows:
        assert rows.scalar(select(Agent).where(Agent.email == "olga@desk.example")).name == "Olga"


@pytest.fixture
def demonstration(app, settings):
    """Give the application of a demonstration, before its team is there."""
    shown = dataclasses.replace(settings, local_control="127.0.0.1:9", local_secret="s")
    demo = factory.create_app(shown)
    demo.config["TESTING"] = True
    yield demo
    with demo.app_context():
        db.engine.dispose()


def test_the_demonstration_shows_its_team_and_sets_nothing_up(demonstration):
    one = Browser(demonstration)
    page = one.get("/login")
    assert page.status_code == 200
    assert "harbour-owner-2026" in page.text
    assert "This is a demonstration" in page.text
    assert one.get("/setup").location == "/login"


def test_a_real_desk_shows_no_password(browser):
    page = browser.get("/login").text
    assert "harbour-owner-2026" not in page
    assert "demonstration" not in page


def test_the_passwords_are_shown_on_the_loopback_alone(app, settings):
    open_to_all = dataclasses.replace(settings, local_control="127.0.0.1:9", host="0.0.0.0")
    assert open_to_all.demo
    assert not open_to_all.demo_passwords


def test_a_dismissed_hint_stays_away(demonstration):
    one = Browser(demonstration)
    one.client.set_cookie("demo_seen", "1")
    assert "This is a demonstration" not in one.get("/login").text
