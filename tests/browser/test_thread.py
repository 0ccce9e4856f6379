"""Reading: where a thread stands, what is new, and what never moves (ui.md 12-16, 28, 34)."""

from playwright.sync_api import expect
from sqlalchemy import select

from support import messages
from support.db import utcnow
from support.models import Attachment, Conversation, Message
from tests.factories import UTC, datetime, timedelta

TALK = tuple(f"line {number} " + "word " * (number % 20) for number in range(40))
SCROLL = "document.getElementById('scroller')"


def top_of(page, text):
    return page.locator("#thread .sb-said", has_text=text).first.bounding_box()["y"]


def read_all(house, number):
    with house.rows() as rows:
        case = rows.get_one(Conversation, number)
        case.unread_count, case.read_seq = 0, case.customer.seq


def open_read(house, opens, texts=TALK):
    number = house.case(house.people.mei.id, texts=texts)
    read_all(house, number)
    page = opens(house.people.mei, f"/conversations/{number}")
    page.wait_for_timeout(300)
    return number, page


def test_a_session_lands_on_the_new_line(house, opens):
    number = house.case(house.people.mei.id, texts=TALK)
    read_all(house, number)
    house.say(*(f"fresh {number} " + "word " * 30 for number in range(30)))
    page = opens(house.people.mei, f"/conversations/{number}")
    expect(page.locator("#new")).to_be_in_viewport()
    expect(page.locator("#thread .sb-said").last).not_to_be_in_viewport()


def test_at_the_bottom_a_new_message_stays_in_sight(house, opens):
    _, page = open_read(house, opens)
    house.say("The newest")
    expect(page.locator("#thread .sb-said", has_text="The newest")).to_be_in_viewport()
    expect(page.locator("#newer")).to_be_hidden()


def test_scrolled_up_nothing_moves_and_the_pill_counts(house, opens):
    _, page = open_read(house, opens)
    page.evaluate(f"{SCROLL}.scrollTop = 300")
    page.wait_for_timeout(150)
    before = top_of(page, "line 10 ")
    house.say("one more", "two more", "three more")
    expect(page.locator("#newer")).to_contain_text("3 new messages")
    assert abs(top_of(page, "line 10 ") - before) <= 1
    page.locator("#newer").click()
    expect(page.locator("#thread .sb-said", has_text="three more")).to_be_in_viewport()
    expect(page.locator("#newer")).to_be_hidden()


def test_older_messages_come_without_moving_what_is_read(house, opens):
    _, page = open_read(house, opens, tuple(f"line {n:03}" for n in range(150)))
    expect(page.locator("#thread .sb-message")).to_have_count(60)
    anchor = page.locator("#thread .sb-message").first.locator(".sb-words").inner_text()
    page.evaluate(f"{SCROLL}.scrollTop = 0")
    expect(page.locator("#thread .sb-message")).to_have_count(120)
    expect(page.locator("#thread .sb-said", has_text=anchor)).to_be_in_viewport()


def test_a_page_that_is_far_behind_catches_up_by_itself(house, opens):
    _, page = open_read(house, opens, ("line first",))
    house.say(*(f"line {n:03}" for n in range(640)))
    expect(page.locator("#thread .sb-message")).to_have_count(641)
    assert page.locator("#thread .sb-words").all_inner_texts()[1:] == [
        f"line {n:03}" for n in range(640)
    ]
    expect(page.locator("#thread .sb-said", has_text="line 639")).to_be_in_viewport()


def test_each_local_day_has_one_line_also_when_clocks_change(house, opens):
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # the night the clocks go back
    with house.rows():
        for hour in range(0, 40, 3):
            number = house.said(f"hour {hour}", now=evening + timedelta(hours=hour))
    page = opens(house.people.olga, f"/conversations/{number}", timezone_id="Europe/Berlin")
    page.reload()  # the first page has told the zone
    days = page.locator("#thread .sb-day").evaluate_all("all => all.map((one) => one.dataset.day)")
    assert days == ["2026-10-24", "2026-10-25", "2026-10-26"]
    house.say("today", now=utcnow())
    expect(page.locator("#thread .sb-day").last).to_have_text("Today")


def test_what_is_read_is_counted_only_in_sight(house, opens):
    number = house.case(house.people.mei.id, texts=TALK)
    read_all(house, number)
    page = opens(house.people.mei, f"/conversations/{number}")
    page.wait_for_timeout(300)
    page.evaluate(f"{SCROLL}.scrollTop = 0")
    page.wait_for_timeout(200)
    house.say("unseen yet")
    expect(page.locator("#unread")).to_have_attribute("data-count", "1")
    page.evaluate(f"{SCROLL}.scrollTop = {SCROLL}.scrollHeight")
    expect(page.locator("#unread")).to_have_attribute("data-count", "0")
    assert not page.title().startswith("(")


def test_names_are_text_and_keep_their_row(house, opens):
    names = [
        "<b>bold</b>",
        "محمد علي",
        "🌸🌸🌸",
        "x" * 200,
        "evil\u202egnp.exe",
        "<script>1</script>",
    ]
    for number, name in enumerate(names):
        house.case(house.people.mei.id, telegram_id=100 + number, first_name=name)
    page = opens(house.people.mei)
    expect(page.locator(".sb-case")).to_have_count(len(names))
    assert sorted(page.locator(".sb-case-name").all_inner_texts()) == sorted(names)
    heights = page.locator(".sb-case").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert max(heights) - min(heights) < 12
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_typing_goes_on_while_messages_arrive(house, opens):
    _, page = open_read(house, opens)
    box = page.locator("#reply-text")
    box.click()
    sentence = "Nothing takes my words away"
    for number, letter in enumerate(sentence):
        page.keyboard.type(letter)
        if number < 20:
            house.say(f"meanwhile {number}")
    expect(page.locator("#thread .sb-said", has_text="meanwhile 19")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value(sentence)
    assert page.evaluate("document.activeElement.selectionStart") == len(sentence)


def test_a_selection_survives_what_arrives(house, opens):
    _, page = open_read(house, opens)
    page.evaluate(
        """() => getSelection().selectAllChildren(
           [...document.querySelectorAll("#thread .sb-message .sb-words")].at(-1))"""
    )
    house.say("A newcomer")
    expect(page.locator("#thread .sb-said", has_text="A newcomer")).to_be_visible()
    assert "line 39" in page.evaluate("String(getSelection())")


def test_an_edit_and_a_deletion_are_seen(house, opens):
    _, page = open_read(house, opens, ("first words", "second words"))
    with house.rows() as rows:
        first, second = rows.scalars(select(Message).order_by(Message.id))
        messages.edited(first, "better words", [], at=utcnow(), now=utcnow())
        messages.deleted(second, now=utcnow())
    expect(page.locator("#thread .sb-said", has_text="better words")).to_contain_text("edited")
    expect(page.locator("#thread .sb-stub")).to_have_count(1)


def test_a_picture_has_its_place_before_it_comes(house, opens):
    with house.rows() as rows:
        number = house.said("a picture")
        message = rows.scalar(select(Message).order_by(Message.id))
        message.attachment = Attachment(kind="photo", path="x", preview="x", width=800, height=600)
    page = opens(house.people.olga, f"/conversations/{number}")
    page.wait_for_timeout(300)
    box = page.locator(".sb-photo img").bounding_box()
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.1
