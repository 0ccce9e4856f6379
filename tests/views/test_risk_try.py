"""The place to try a text: what would fire, why, at which characters; nothing is recorded."""

import re

import pytest
from sqlalchemy import func, select

from support.db import commit
from support.models import Event, RiskAttempt, RiskHit
from support.refusals import RiskUnchecked
from support.risk import changes, lists, own_addresses
from tests.factories import START

CASHIER = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"


@pytest.fixture
def path(wallet):
    return f"/projects/{wallet.id}/risk/try"


@pytest.fixture
def listed(desk, wallet, sun):
    frozen = changes.create_group("Frozen", projects=[wallet], action="block", by=sun, now=START)
    changes.add_words(frozen, "fragment", ["T9yD"], by=sun, now=START)
    promises = changes.create_group(
        "Promises", projects=[wallet], four_eyes=True, by=sun, now=START
    )
    changes.add_words(promises, "word", ["sure profit"], by=sun, now=START)
    own_addresses.add(wallet, CASHIER, "Cashier", by=sun, now=START)
    commit()


def tried(browser, path, text, before=""):
    page = browser.post(path, {"text": text, "before": before}).text
    return re.search(r'(?s)<div id="tried".*?\n</div>\n', page)[0]


@pytest.mark.usefixtures("listed")
def test_a_text_is_marked_and_each_place_explained(desk, path, as_):
    shown = tried(as_(desk.ada), path, "Send it to T 9\u200by D now, a Sure Profit")
    assert "Nothing is sent." in shown
    assert "<mark>T 9⟨U+200B⟩y D</mark>" in shown
    assert "<mark>Sure Profit</mark>" in shown
    assert "12 to 18" in shown
    assert "Frozen" in shown
    assert "Four eyes" in shown


@pytest.mark.usefixtures("listed")
def test_what_a_second_message_would_complete_is_found(desk, path, as_):
    sun = as_(desk.sun)
    assert "Nothing found" in tried(sun, path, "yD and more")
    assert "begun in an earlier message" in tried(sun, path, "yD and more", before="the rest is T9")
    assert "Nothing found" in tried(sun, path, "more", before="T9yD")


@pytest.mark.usefixtures("listed")
def test_an_own_address_is_no_risk_and_its_look_alike_the_highest(desk, path, as_):
    sun = as_(desk.sun)
    assert "Nothing found" in tried(sun, path, f"Pay to {CASHIER}")
    imitated = CASHIER[:10] + "x" + CASHIER[11:]
    shown = tried(sun, path, f"Pay to {imitated}")
    assert "Look-alike of an own address" in shown
    assert "Blocks" in shown


@pytest.mark.usefixtures("listed")
def test_nothing_of_it_is_recorded(desk, path, as_, look):
    sun = as_(desk.sun)

    def counts():
        with look() as rows:
            tables = (RiskAttempt, RiskHit, Event)
            return [rows.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counts()
    tried(sun, path, "T9yD")
    assert counts() == before


@pytest.mark.usefixtures("listed")
def test_a_hostile_text_is_shown_as_text(desk, path, as_):
    shown = tried(as_(desk.sun), path, "<img src=x onerror=alert(1)> \u202eT9yD")
    assert "<img" not in shown
    assert "\u202e" not in shown


def test_without_a_list_everything_would_be_sent(desk, path, as_):
    assert "This text would be sent as it is." in tried(as_(desk.sun), path, "T9yD")
    assert 'id="tried"' in as_(desk.sun).get(path).text


def test_too_long_a_text_is_refused_and_a_list_that_cannot_be_built_is_told(
    desk, path, as_, monkeypatch
):
    sun = as_(desk.sun)
    assert "Shorten it." in tried(sun, path, "x" * 10_001)

    def unbuilt(_project):
        raise RiskUnchecked

    monkeypatch.setattr(lists, "matcher", unbuilt)
    assert "could not be checked" in tried(sun, path, "x")
