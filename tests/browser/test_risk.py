"""Words that need care, in real browsers: warned, cancelled, blocked, and a second pair of eyes."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from support import risk
from support.db import db, utcnow
from support.models import Agent, Message, RiskAttempt, RiskWord, RiskWordGroup
from tests.browser.test_escalation import fresh
from tests.browser.test_looks import clean
from tests.factories import join, make_agent

BOX = "#reply-text"
FROZEN = "Please pay to T9yDZ5uXgLmUNpWgTYwMQkRyt6vvTTTTTT today"


def words(house, name, *texts, kind="word", action="confirm", **facts):
    """Give the wallet a list of words that need care."""
    with house.rows() as rows:
        group = RiskWordGroup(name=name, action=action, created_at=utcnow(), **facts)
        group.projects = [fresh(house).wallet]
        group.words = [RiskWord(kind=kind, text=text, created_at=utcnow()) for text in texts]
        rows.add(group)
        rows.flush()
        risk.restamp([house.people.wallet.id])


def second_supervisor(house):
    with house.rows() as rows:
        agent = join(make_agent("David"), fresh(house).wallet, "supervisor")
        rows.flush()
        return agent


def attempts(house):
    with house.app.app_context():
        rows = db.session.scalars(select(RiskAttempt).order_by(RiskAttempt.id))
        return [(one.text, one.outcome, one.reason) for one in rows]


def said(page, text):
    return page.locator("#thread .sb-said", has_text=text)


def send(page, text):
    page.fill(BOX, text)
    page.press(BOX, "Enter")


@pytest.fixture
def frozen(house):
    words(house, "Frozen addresses", "T9yD", kind="fragment")


@pytest.fixture
def mei(house, opens):
    number = house.case(house.people.mei.id)
    return opens(house.people.mei, f"/conversations/{number}")


def test_an_address_of_the_frozen_list_is_warned_of_cancelled_and_recorded(house, frozen, mei):
    send(mei, FROZEN)
    dialog = mei.locator("#dialog")
    expect(dialog.locator("h2")).to_have_text("Send this to Maria?")
    expect(dialog.locator("mark")).to_have_text("T9yD")
    expect(dialog.locator("blockquote")).to_contain_text("Please pay to T9yDZ5uX")
    expect(dialog).to_contain_text("Frozen addresses")
    expect(dialog.locator("[data-cancel]")).to_be_focused()
    expect(said(mei, "Please pay")).to_have_count(0)
    assert attempts(house) == [(FROZEN, "waiting", "")]
    mei.keyboard.press("Enter")
    expect(dialog.locator("h2")).to_be_hidden()
    expect(mei.locator(BOX)).to_have_value(FROZEN)
    expect(mei.locator(BOX)).to_be_focused()
    house_has(house, [(FROZEN, "cancelled", "")])
    assert house.replies(FROZEN) == 0


def house_has(house, wanted):
    from tests import services  # noqa: PLC0415

    services.until(lambda: attempts(house) == wanted, seconds=5)


def test_escape_cancels_and_enter_in_the_reason_does_not_send(house, frozen, mei):
    send(mei, FROZEN)
    reason = mei.locator("#stopped-reason")
    reason.fill("Is our own")
    reason.press("Enter")
    mei.wait_for_timeout(300)
    expect(mei.locator("#stopped")).to_be_visible()
    assert house.replies(FROZEN) == 0
    mei.keyboard.press("Escape")
    expect(mei.locator("#stopped")).to_be_hidden()
    expect(mei.locator(BOX)).to_have_value(FROZEN)
    house_has(house, [(FROZEN, "cancelled", "")])


def test_sent_anyway_with_a_reason_it_goes_once(house, frozen, mei):
    send(mei, FROZEN)
    mei.locator("[data-confirm]").click()
    expect(mei.locator("#stopped-reason")).to_be_focused()  # without a reason nothing goes
    mei.fill("#stopped-reason", "The customer's own refund address")
    mei.locator("[data-confirm]").dblclick()
    expect(mei.locator("#stopped")).to_be_hidden()
    expect(mei.locator('[id^="message-"]', has_text="Please pay")).to_have_count(1)
    expect(mei.locator(".sb-sending")).to_have_count(0)
    expect(mei.locator(BOX)).to_have_value("")
    expect(mei.locator("#thread")).to_contain_text("was warned of")
    assert house.replies(FROZEN) == 1
    assert attempts(house) == [(FROZEN, "confirmed", "The customer's own refund address")]
