"""Online and away on the pages: the switch, why, and who sees it."""

import pytest

from support import presence
from support.db import commit, utcnow
from support.models import Agent
from tests.factories import START
from tests.shifts import here

pytestmark = pytest.mark.one_database


def away(look, agent):
    with look() as rows:
        return rows.get_one(Agent, agent.id).away_at is not None


def test_one_sets_oneself_away_and_comes_back_where_one_was(as_, mei, look):
    browser = as_(mei)
    answer = browser.post("/presence", {"state": "away", "next": "/?view=resolved"})
    assert (answer.status_code, answer.location) == (303, "/?view=resolved")
    assert away(look, mei)
    page = browser.get("/account").text
    assert "You are away: nothing new is given to you." in page
    assert "I am back" in page
    browser.post("/presence", {"state": "online", "next": "/account"})
    assert not away(look, mei)
    page = browser.get("/account").text
    assert "Set me away" in page
    assert "I am back" not in page


def test_who_was_set_away_by_the_desk_is_told_why(as_, mei):
    presence.set_away(mei, by=None, now=START, why="not accepted")
    commit()
    browser = as_(mei)
    for path in ("/", "/account"):
        page = browser.get(path).text
        assert "a conversation handed to you was not accepted in time" in page
        assert "I am back" in page


def test_an_unknown_state_is_refused(as_, mei, look):
    assert as_(mei).post("/presence", {"state": "asleep"}).status_code == 422
    assert not away(look, mei)


def test_an_open_page_fetches_what_changed(as_, mei):
    browser = as_(mei)
    assert "I am back" not in browser.get("/presence").text
    presence.set_away(mei, by=None, now=START)
    commit()
    asked = {"HX-Request": "true", "HX-Current-URL": "http://localhost/?view=all"}
    fragment = browser.get("/presence", headers=asked).text
    assert "<html" not in fragment
    assert "I am back" in fragment
    assert 'value="/?view=all"' in fragment
    assert fragment.count('hx-swap-oob="true"') == 2


def test_the_face_in_the_rail_says_it(as_, mei):
    browser = as_(mei)
    assert 'data-state="online"' in browser.get("/account").text
    browser.post("/presence", {"state": "away"})
    page = browser.get("/account").text
    assert 'data-state="away"' in page
    assert "Account of Mei, away" in page


def test_people_and_members_are_listed_with_their_presence(as_, desk, mei):
    here(mei, desk.ada, now=utcnow())
    presence.set_away(mei, by=mei, now=utcnow())
    commit()
    olga = as_(desk.olga)
    row = {}
    page = olga.get("/people").text
    for agent in (mei, desk.ada, desk.ken):
        part = page[page.index(f'id="agent-{agent.id}"') :]
        row[agent.name] = part[: part.index("</li>")]
    assert ">Away<" in row["Mei"]
    assert ">Online<" in row["Ada"]
    assert ">Offline<" in row["Ken"]
    members = olga.get(f"/projects/{desk.wallet.id}").text
    assert "mei@desk.example · away" in members
    assert "ada@desk.example · online" in members
    assert ">Away<" in olga.get(f"/people/{mei.id}").text
