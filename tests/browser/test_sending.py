"""Sending: the bubble is there at once, and what happens to it is seen (ui.md 1-5, 8, 10)."""

import json

from playwright.sync_api import expect
from sqlalchemy import select

from support import messages
from support.db import utcnow
from support.models import Message
from tests.factories import timedelta

BOX = "#reply-text"
WATCH = """() => {
  const press = () => { window.pressed = performance.now(); };
  addEventListener("keydown", press, { once: true, capture: true });
  new MutationObserver((_, seen) => {
    if (!document.querySelector(".sb-sending")) return;
    window.shown = performance.now();
    seen.disconnect();
  }).observe(document.getElementById("thread"), { childList: true });
}"""


def open_case(house, opens):
    number = house.case(house.people.mei.id)
    return number, opens(house.people.mei, f"/conversations/{number}")


def send(page, text):
    page.fill(BOX, text)
    page.press(BOX, "Enter")


def bubble(page, text):
    return page.locator("#thread .sb-said", has_text=text)


def test_the_bubble_is_there_before_the_server_answers(house, opens):
    _, page = open_case(house, opens)
    held = []
    page.route(
        "**/messages", lambda route: held.append(route) if is_post(route) else route.continue_()
    )
    page.evaluate(WATCH)
    send(page, "At once")
    expect(bubble(page, "At once")).to_have_attribute("data-state", "waiting")
    assert page.evaluate("shown - pressed") <= 100
    assert page.input_value(BOX) == ""
    assert house.replies("At once") == 0
    held[0].continue_()
    expect(page.locator('[id^="message-"]', has_text="At once")).to_have_count(1)
    expect(bubble(page, "At once")).to_have_count(1)


def is_post(route):
    return route.request.method == "POST"


def test_accepted_by_telegram_the_bubble_stays_where_it_is(house, opens):
    _, page = open_case(house, opens)
    send(page, "On its way")
    real = page.locator('[id^="message-"]', has_text="On its way")
    expect(real).to_have_attribute("data-state", "waiting")
    page.wait_for_timeout(300)
    before = real.locator(".sb-bubble").bounding_box()
    house.accept("On its way")
    expect(real).to_have_attribute("data-state", "accepted")
    after = real.locator(".sb-bubble").bounding_box()
    assert all(abs(before[side] - after[side]) < 1 for side in before)


def test_a_server_that_breaks_loses_nothing(house, opens):
    _, page = open_case(house, opens)
    broken = {"now": True}

    def answer(route):
        if is_post(route) and broken["now"]:
            route.fulfill(status=500, body="<p>broken</p>", content_type="text/html")
        else:
            route.continue_()

    page.route("**/messages", answer)
    send(page, "Keep me")
    failed = bubble(page, "Keep me")
    expect(failed).to_have_attribute("data-state", "failed")
    expect(failed.get_by_role("button", name="Delete")).to_be_visible()
    broken["now"] = False
    failed.get_by_role("button", name="Retry").click()
    expect(page.locator('[id^="message-"]', has_text="Keep me")).to_have_count(1)
    assert house.replies("Keep me") == 1


def test_what_failed_can_be_taken_back_into_the_box(house, opens):
    _, page = open_case(house, opens)
    page.route(
        "**/messages",
        lambda route: route.fulfill(status=500, body="") if is_post(route) else route.continue_(),
    )
    send(page, "Take me back")
    bubble(page, "Take me back").get_by_role("button", name="Delete").click()
    expect(page.locator(BOX)).to_have_value("Take me back")
    expect(bubble(page, "Take me back")).to_have_count(0)


def test_a_flood_wait_counts_down_and_goes_by_itself(house, opens):
    _, page = open_case(house, opens)
    send(page, "Patience")
    real = page.locator('[id^="message-"]', has_text="Patience")
    expect(real).to_be_visible()
    with house.rows() as rows:
        message = rows.scalar(select(Message).where(Message.text == "Patience"))
        messages.held(message, until=utcnow() + timedelta(seconds=30))
    expect(real.locator(".sb-left")).to_have_text("29 s")
    house.accept("Patience")
    expect(real.locator(".sb-held")).to_have_count(0)


def test_a_double_enter_and_a_double_click_are_one_message(house, opens):
    _, page = open_case(house, opens)
    page.fill(BOX, "Once")
    page.evaluate(
        """() => { for (let i = 0; i < 2; i += 1) document.getElementById("reply-text")
           .dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })); }"""
    )
    page.fill(BOX, "Twice")
    page.locator("#reply .sb-send").dblclick()
    expect(page.locator('[id^="message-"]', has_text="Twice")).to_have_count(1)
    assert (house.replies("Once"), house.replies("Twice")) == (1, 1)


def test_enter_that_ends_a_composition_does_not_send(house, opens):
    _, page = open_case(house, opens)
    page.fill(BOX, "你好")
    page.evaluate(
        """() => document.getElementById("reply-text").dispatchEvent(
           new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))"""
    )
    page.press(BOX, "Shift+Enter")
    expect(page.locator(BOX)).to_have_value("你好\n")
    assert house.replies("你好") == 0


def test_a_reload_finds_the_waiting_bubble_again(house, opens):
    _, page = open_case(house, opens)
    send(page, "Still here")
    expect(page.locator('[id^="message-"]', has_text="Still here")).to_be_visible()
    page.reload()
    real = page.locator('[id^="message-"]', has_text="Still here")
    expect(real).to_have_attribute("data-state", "waiting")
    house.accept("Still here")
    expect(real).to_have_attribute("data-state", "accepted")


def test_without_a_line_the_words_wait_and_go_out_once(house, opens):
    _, page = open_case(house, opens)
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    send(page, "Tunnel")
    expect(bubble(page, "Tunnel")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#away")).to_be_visible()
    assert house.replies("Tunnel") == 0
    page.context.set_offline(False)
    expect(page.locator('[id^="message-"]', has_text="Tunnel")).to_have_count(1, timeout=15000)
    expect(page.locator("#away")).to_be_hidden(timeout=15000)
    assert house.replies("Tunnel") == 1


def test_quick_replies_keep_their_order(house, opens):
    _, page = open_case(house, opens)
    for number in range(8):
        send(page, f"part {number}")
    expect(page.locator('[id^="message-"][data-side="out"]')).to_have_count(8)
    shown = page.locator('[id^="message-"][data-side="out"] .sb-words').all_inner_texts()
    assert shown == [f"part {number}" for number in range(8)]


def test_a_long_text_says_how_many_messages_it_will_be(house, opens):
    _, page = open_case(house, opens)
    page.fill(BOX, "word " * 1000)
    expect(page.locator("#reply .sb-length")).to_contain_text("2 messages")


def test_an_empty_file_is_refused_and_the_text_is_kept(house, opens):
    _, page = open_case(house, opens)
    page.fill(BOX, "See the file")
    empty = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    page.set_input_files('#reply [name="files"]', empty)
    expect(page.locator("#status")).to_contain_text("empty.txt")
    expect(page.locator(BOX)).to_have_value("See the file")


def test_a_file_goes_along_with_its_words(house, opens):
    _, page = open_case(house, opens)
    file = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 words"}
    page.set_input_files('#reply [name="files"]', file)
    expect(page.locator(".sb-chosen li")).to_have_count(1)
    send(page, "The report")
    real = page.locator('[id^="message-"]', has_text="The report")
    expect(real.locator(".sb-file-name")).to_have_text("report.pdf")
    expect(page.locator(".sb-chosen li")).to_have_count(0)


def test_drafts_wait_on_the_server(house, opens):
    number, page = open_case(house, opens)
    with page.expect_response("**/drafts"):
        page.fill(BOX, "Half a sentence")
    second = opens(house.people.mei, f"/conversations/{number}")
    expect(second.locator(BOX)).to_have_value("Half a sentence")
    assert json.dumps(second.input_value("#note-text")) == '""'
