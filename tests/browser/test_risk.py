"""Words that need care, in real browsers: warned, cancelled, blocked, and a second pair of eyes."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from support import approvals, messages, risk
from support.db import db, utcnow
from support.models import Message, RiskAttempt, RiskWord, RiskWordGroup
from tests.browser.test_escalation import fresh
from tests.browser.test_looks import clean
from tests.browser.test_sending import is_post
from tests.factories import join, make_agent, timedelta

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
    mei.fill("#stopped-reason", " … ")
    mei.locator("[data-confirm]").click()
    expect(mei.locator("#stopped-reason")).to_be_focused()
    mei.fill("#stopped-reason", "The customer's own refund address")
    mei.locator("[data-confirm]").dblclick()
    expect(mei.locator("#stopped")).to_be_hidden()
    expect(mei.locator('[id^="message-"]', has_text="Please pay")).to_have_count(1)
    expect(mei.locator(".sb-sending")).to_have_count(0)
    expect(mei.locator(BOX)).to_have_value("")
    expect(mei.locator("#thread")).to_contain_text("was warned of")
    assert house.replies(FROZEN) == 1
    assert attempts(house) == [(FROZEN, "confirmed", "The customer's own refund address")]


def test_words_that_are_blocked_never_leave(house, mei):
    words(house, "Never", "guaranteed profit", action="block")
    send(mei, "We offer guaranteed profit")
    dialog = mei.locator("#dialog")
    expect(dialog.locator("h2")).to_have_text("This cannot be sent")
    expect(dialog.locator("mark")).to_have_text("guaranteed profit")
    expect(dialog.locator("[data-confirm]")).to_have_count(0)
    expect(dialog.locator(":focus")).to_have_text("Back to the text")
    mei.keyboard.press("Enter")
    expect(dialog.locator("h2")).to_be_hidden()
    expect(mei.locator(BOX)).to_have_value("We offer guaranteed profit")
    assert attempts(house) == [("We offer guaranteed profit", "blocked", "")]
    send(mei, "We offer a wallet")
    expect(mei.locator('[id^="message-"]', has_text="We offer a wallet")).to_have_count(1)


@pytest.fixture
def asked(house, mei):
    """Mei asks for a second pair of eyes; David and Sun supervise."""
    house.people.david = second_supervisor(house)
    words(house, "Payments", "refund", four_eyes=True)
    send(mei, "Your refund leaves today")
    expect(mei.locator("#stopped")).to_be_visible()
    return mei


def test_a_second_pair_of_eyes_approves_and_the_message_leaves_once(house, opens, asked):
    dialog = asked.locator("#dialog")
    expect(dialog.locator("h2")).to_have_text("This needs a second pair of eyes")
    expect(dialog).to_contain_text("David or Sun can approve it")
    expect(dialog.locator(":focus")).to_have_text("Wait for it")
    asked.keyboard.press("Enter")
    line = asked.locator("#approval")
    expect(line).to_contain_text("Waits for a supervisor's approval until")
    expect(asked.locator(BOX)).to_have_value("Your refund leaves today")

    sun, david = (opens(one, "/risk/approvals") for one in (house.people.sun, house.people.david))
    for page in (sun, david):
        expect(page.locator(".sb-asked h2")).to_have_text("Mei wants to send this to Maria")
        expect(page.locator(".sb-asked mark")).to_have_text("refund")
        expect(page.locator("#approvals-count")).to_have_attribute("data-count", "1")
    david.locator(".sb-asked").get_by_role("button", name="Approve").click()
    expect(david.locator(".sb-asked-said")).to_contain_text("Approved")
    expect(david.locator("#approvals-count")).to_be_hidden()
    for page in (sun, david):
        expect(page.locator(".sb-asked")).to_have_count(0)

    expect(line).to_contain_text("Approved by David")
    line.get_by_role("button", name="Send").click()
    expect(asked.locator('[id^="message-"]', has_text="Your refund")).to_have_count(1)
    expect(line).to_be_hidden()
    expect(asked.locator(BOX)).to_have_value("")
    assert house.replies("Your refund leaves today") == 1


def test_who_reloaded_meanwhile_still_sends_what_was_approved(house, opens, asked):
    asked.keyboard.press("Escape")
    expect(asked.locator(BOX)).to_have_value("Your refund leaves today")
    approve(opens(house.people.david, "/risk/approvals"))
    asked.reload()
    asked.locator("#approval").get_by_role("button", name="Send").click()
    expect(asked.locator('[id^="message-"]', has_text="Your refund")).to_have_count(1)
    expect(asked.locator("#approval")).to_be_hidden()


def approve(page):
    page.locator(".sb-asked").get_by_role("button", name="Approve").click()
    expect(page.locator(".sb-asked-said")).to_contain_text("Approved")


def test_a_rejection_says_why_to_the_agent(house, opens, asked):
    asked.keyboard.press("Enter")
    sun = opens(house.people.sun, "/risk/approvals")
    sun.locator(".sb-rejection summary").click()
    sun.locator(".sb-rejection textarea").fill("No promises before the audit")
    sun.evaluate("htmx.trigger(document.getElementById('live'), 'approvals')")
    sun.wait_for_timeout(500)  # what is drawn anew takes nothing that was typed
    expect(sun.locator(".sb-rejection textarea")).to_have_value("No promises before the audit")
    sun.locator(".sb-rejection form .btn").click()
    expect(sun.locator(".sb-asked")).to_have_count(0)
    line = asked.locator("#approval")
    expect(line).to_contain_text("Sun did not approve it: No promises before the audit")
    expect(asked.locator(BOX)).to_have_value("Your refund leaves today")
    line.get_by_role("button", name="Dismiss").click()
    expect(line).to_be_hidden()
    assert house.replies("Your refund leaves today") == 0


def test_withdrawn_nobody_is_asked_any_more(house, opens, asked):
    sun = opens(house.people.sun, "/risk/approvals")
    expect(sun.locator(".sb-asked")).to_have_count(1)
    asked.keyboard.press("Escape")
    asked.locator("#approval").get_by_role("button", name="Withdraw").click()
    expect(asked.locator("#approval")).to_be_hidden()
    expect(sun.locator(".sb-asked")).to_have_count(0)
    expect(asked.locator(BOX)).to_have_value("Your refund leaves today")


def test_files_and_quote_come_back_with_the_words(house, frozen, mei, tmp_path):
    (tmp_path / "receipt.txt").write_bytes(b"paid")
    mei.locator(".sb-message .sb-answer").first.dispatch_event("click")
    mei.set_input_files('#reply [name="files"]', tmp_path / "receipt.txt")
    send(mei, FROZEN)
    expect(mei.locator("#stopped")).to_be_visible()
    mei.locator("[data-cancel]").click()
    expect(mei.locator("#stopped")).to_be_hidden()  # it fades
    expect(mei.locator(BOX)).to_have_value(FROZEN)
    expect(mei.locator(".sb-chosen")).to_contain_text("receipt.txt")
    expect(mei.locator(".sb-quoting")).to_contain_text("My money is gone")
    mei.press(BOX, "Enter")
    mei.fill("#stopped-reason", "Verified")
    mei.locator("[data-confirm]").click()
    sent = mei.locator('[id^="message-"]', has_text="Please pay")
    expect(sent).to_contain_text("receipt.txt")
    expect(sent.locator(".sb-quote")).to_contain_text("My money is gone")
    house_has(
        house,
        [
            (f"{FROZEN}\nreceipt.txt", "cancelled", ""),
            (f"{FROZEN}\nreceipt.txt", "confirmed", "Verified"),
        ],
    )


def test_a_question_that_has_expired_says_so_and_asks_again(house, frozen, mei):
    send(mei, FROZEN)
    expect(mei.locator("#stopped")).to_be_visible()
    with house.rows() as rows:
        attempt = rows.scalar(select(RiskAttempt))
        attempt.expires_at = utcnow() - timedelta(seconds=1)
    mei.fill("#stopped-reason", "Verified")
    mei.locator("[data-confirm]").click()
    expect(mei.locator("#stopped")).to_be_visible()
    expect(mei.locator("#dialog")).to_contain_text("The first answer was too late")
    expect(mei.locator("#stopped-reason")).to_have_value("Verified")
    expect(mei.locator("[data-cancel]")).to_be_focused()
    mei.locator("[data-confirm]").click()
    expect(mei.locator('[id^="message-"]', has_text="Please pay")).to_have_count(1)


def test_a_question_left_open_too_long_offers_to_ask_again(house, frozen, mei):
    mei.route("**/messages", hurried)
    send(mei, FROZEN)
    again = mei.locator("[data-confirm]")
    expect(again).to_have_text("Ask again")
    expect(mei.locator("#dialog")).to_contain_text("this question has expired")
    mei.unroute("**/messages")
    mei.fill("#stopped-reason", "Verified")
    again.click()
    expect(again).to_have_text("Send anyway")
    expect(mei.locator("#stopped-reason")).to_have_value("Verified")
    assert house.replies(FROZEN) == 0


def hurried(route):
    """Let the answer say that half a second is left."""
    answer = route.fetch()
    body = re.sub(r'data-left="\d+"', 'data-left="500"', answer.text())
    route.fulfill(response=answer, body=body)


def test_whose_time_is_over_hears_that_nobody_decided(house, asked):
    asked.keyboard.press("Enter")
    expect(asked.locator("#approval")).to_contain_text("Waits")
    with house.rows() as rows:
        approvals.expire(rows.scalar(select(RiskAttempt)), now=utcnow() + timedelta(minutes=31))
    expect(asked.locator("#approval")).to_contain_text("Nobody decided in time")


def test_what_follows_a_stopped_message_waits_for_the_answer(house, frozen, mei):
    held = []
    mei.route(
        "**/messages", lambda route: held.append(route) if is_post(route) else route.continue_()
    )
    send(mei, FROZEN)
    send(mei, "And this is the second part")
    expect(said(mei, "second part")).to_have_count(1)
    held.pop().continue_()
    expect(mei.locator("#stopped")).to_be_visible()
    mei.wait_for_timeout(300)
    assert held == []
    mei.unroute("**/messages")
    mei.locator("[data-cancel]").click()
    expect(mei.locator('[id^="message-"]', has_text="second part")).to_have_count(1)


def test_a_failed_letter_asks_before_it_is_tried_again(house, mei):
    send(mei, FROZEN)
    expect(mei.locator('[id^="message-"]', has_text="Please pay")).to_have_count(1)
    with house.rows() as rows:
        message = rows.scalar(select(Message).where(Message.text == FROZEN))
        messages.failed(message, "Telegram is away", now=utcnow())
    words(house, "Frozen addresses", "T9yD", kind="fragment")
    failed = mei.locator(".sb-failed", has_text="Telegram is away")
    failed.get_by_role("button", name="Retry").click()
    expect(mei.locator("#stopped mark")).to_be_visible()
    mei.keyboard.press("Escape")
    expect(mei.locator("#stopped")).to_be_hidden()
    house_has(house, [(FROZEN, "cancelled", "")])
    failed.get_by_role("button", name="Retry").click()
    mei.fill("#stopped-reason", "Verified")
    mei.locator("[data-confirm]").click()
    expect(mei.locator("#stopped")).to_be_hidden()
    expect(failed).to_have_count(0)
    house_has(house, [(FROZEN, "cancelled", ""), (FROZEN, "confirmed", "Verified")])


def test_keys_alone_are_enough(house, opens, frozen, mei):
    send(mei, FROZEN)
    expect(mei.locator("[data-cancel]")).to_be_focused()
    mei.keyboard.press("Shift+Tab")
    mei.keyboard.type("Checked with the customer")
    mei.keyboard.press("Tab")
    mei.keyboard.press("Tab")
    expect(mei.locator("[data-confirm]")).to_be_focused()
    mei.keyboard.press("Enter")
    expect(mei.locator('[id^="message-"]', has_text="Please pay")).to_have_count(1)


def test_hostile_words_are_shown_and_do_nothing(house, frozen, mei):
    hostile = '<img src=x onerror="window.hit=1"> \u202e T9\u200byD <b hx-get="/logout">'
    send(mei, hostile)
    places = mei.locator("#stopped .sb-places")
    expect(places).to_contain_text("<img src=x")
    expect(places.locator("mark", has_text="⟨U+202E⟩")).to_have_count(1)
    expect(places.locator("mark", has_text="T9⟨U+200B⟩yD")).to_have_count(1)
    assert mei.evaluate("window.hit") is None


def test_the_dialogs_are_clean(house, opens, frozen, state):
    words(house, "Payments", "refund " + "x" * 60, four_eyes=True)
    words(house, "Never", "guaranteed profit", action="block")
    second_supervisor(house)
    number = house.case(house.people.mei.id)
    page = opens(house.people.mei, f"/conversations/{number}", **state)
    for text in (FROZEN + " " + "y" * 90, "guaranteed profit", "refund " + "x" * 60):
        send(page, text)
        expect(page.locator("#stopped")).to_be_visible()
        clean(page)
        page.keyboard.press("Escape")
        expect(page.locator("#stopped")).to_be_hidden()
    expect(page.locator("#approval")).to_contain_text("Waits")
    clean(page)


def test_the_page_of_approvals_is_clean(house, opens, state, asked):
    page = opens(house.people.sun, "/risk/approvals", **state)
    expect(page.locator(".sb-asked")).to_have_count(1)
    clean(page)
    page.locator(".sb-rejection summary").click()
    clean(page)
    page.locator(".sb-rejection textarea").fill("No")
    page.locator(".sb-rejection form .btn").click()
    expect(page.locator(".sb-empty")).to_be_visible()
    clean(page)
