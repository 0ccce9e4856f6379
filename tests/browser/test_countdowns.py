"""Countdowns in a browser: by the server's clock, through sleep, breach and wrong clocks."""

import re
from datetime import timedelta
from types import SimpleNamespace

from playwright.sync_api import expect

from support import sweeps
from support.conversations import take
from support.db import db, utcnow
from support.models import Agent, Conversation, SlaClock
from support.sla import policies
from support.sla.stages import Stage
from tests.browser.test_looks import clean
from tests.factories import START, person, say
from tests.factories import Project as Shop
from tests.shifts import advanced, frontline

BOX = """(el) => { const box = el.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height] }"""
COUNT = """() => { window.told = 0; new MutationObserver(() => window.told++).observe(
  document.getElementById("breaches"), { childList: true, characterData: true, subtree: true }) }"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange")) }"""


def waiting(house, *, ago, holder="mei", telegram_id=5_550_001, name="Maria"):
    """Let a customer have written so long ago, and somebody hold it since; give its number."""
    now = utcnow() - timedelta(seconds=ago)
    with house.rows() as rows:
        project = rows.query(Shop).filter_by(name="Wallet").one()
        who = person(telegram_id, first_name=name)
        number = say(project, "Where is it?", who=who, now=now).conversation_id
        agent = rows.get_one(Agent, getattr(house.people, holder).id)
        take(rows.get_one(Conversation, number), by=agent, now=now)
    return number


def seconds(text):
    """Read a countdown: `Reply due in 4 min 05 s` is 245, overdue is below zero."""
    minutes, rest = re.search(r"(?:(\d+) min )?(\d+) s$", text).groups()
    left = int(minutes or 0) * 60 + int(rest)
    return -left if "overdue" in text else left


def left(house, number, metric="first_response"):
    """Return how many seconds there really are, by the rows."""
    with house.app.app_context():
        clock = db.session.query(SlaClock).filter_by(conversation_id=number, metric=metric).one()
        return (clock.due_at - utcnow()).total_seconds()


def row(page, number):
    return page.locator(f"#row-{number} .sb-due")


def says(page, place, house, number):
    """Compare what stands there with the rows, to the second."""
    text = place.inner_text()
    assert abs(seconds(text) - left(house, number)) <= 1.5, text


def test_rows_and_head_count_down_alike(house, opens):
    number = waiting(house, ago=30)
    page = opens(house.people.mei, f"/conversations/{number}")
    head = page.locator("#due .sb-due")
    for place in (row(page, number), head):
        expect(place).to_contain_text("Reply due in 4 min")
        expect(place).to_have_attribute("data-state", "calm")
        says(page, place, house, number)
    before = head.inner_text()
    page.wait_for_timeout(2200)
    assert 1 <= seconds(before) - seconds(head.inner_text()) <= 3
    assert row(page, number).inner_text() == head.inner_text()


def test_a_wrong_clock_of_the_computer_does_not_lie(house, opens):
    number = waiting(house, ago=30)
    page = opens(house.people.mei, "/account")
    page.clock.install(time=utcnow() + timedelta(hours=3))
    page.goto(house.url)
    expect(row(page, number)).to_contain_text("Reply due in 4 min")
    says(page, row(page, number), house, number)


def test_soon_and_overdue_have_words_signs_and_colours_of_their_own(house, opens):
    number = waiting(house, ago=30)
    page = opens(house.people.mei, "/account")
    page.clock.install()
    page.goto(house.url)
    place = row(page, number)
    looks = []
    for step, state in (("00:01", "calm"), ("03:40", "soon"), ("01:00", "overdue")):
        page.clock.run_for(step)
        expect(place).to_have_attribute("data-state", state)
        looks.append(place.evaluate(LOOK))
    assert all(len(set(column)) == 3 for column in zip(*looks, strict=True))
    expect(place).to_contain_text("Reply overdue by")


LOOK = """(el) => [el.querySelector("use").getAttribute("href").split("#")[1],
  getComputedStyle(el.querySelector(".sb-due-face")).color, el.innerText]"""


def test_a_breach_is_told_once_and_nothing_moves(house, opens):
    number = waiting(house, ago=296)
    waiting(house, ago=400, telegram_id=5_550_002, name="Ivan")
    page = opens(house.people.mei, f"/conversations/{number}")
    told = page.locator("#breaches")
    assert told.inner_text() == ""
    page.evaluate(COUNT)
    places = [row(page, number), page.locator("#due"), page.locator(f"#row-{number}")]
    before = [place.evaluate(BOX) for place in places]
    expect(row(page, number)).to_have_attribute("data-state", "overdue", timeout=9000)
    expect(told).to_have_text("Maria: the reply is overdue")
    assert [place.evaluate(BOX) for place in places] == before
    page.wait_for_timeout(2500)
    assert page.evaluate("window.told") == 1
    assert told.get_attribute("role") == "alert"


def test_after_a_sleep_it_is_right_at_once(house, opens):
    """The wall's clock went on while the timers stood: as after opening the lid."""
    number = waiting(house, ago=30)
    page = opens(house.people.mei, "/account")
    page.clock.install()
    page.goto(house.url)
    place = row(page, number)
    expect(place).to_contain_text("Reply due in 4 min")
    # The server did not sleep with it: its next answer would say that nothing is overdue.
    page.evaluate("Headers.prototype.get = () => null")
    page.clock.set_system_time(utcnow() + timedelta(minutes=20))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(place).to_have_attribute("data-state", "overdue")
    assert abs(seconds_of(place) - 60 * 15) < 61


def seconds_of(place):
    return 60 * int(re.search(r"by (\d+) min", place.inner_text()).group(1))


def test_a_clock_that_was_set_is_seen_through(house, opens):
    number = waiting(house, ago=30)
    page = opens(house.people.mei, "/account")
    page.clock.install()
    page.goto(house.url)
    expect(row(page, number)).to_contain_text("Reply due in 4 min")
    page.clock.set_system_time(utcnow() + timedelta(hours=2))
    with page.expect_response("**/healthz"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(row(page, number)).to_have_attribute("data-state", "calm")
    says(page, row(page, number), house, number)


def test_nothing_counts_while_the_page_is_hidden(house, opens):
    number = waiting(house, ago=30)
    page = opens(house.people.mei)
    expect(row(page, number)).to_contain_text("Reply due in 4 min")
    page.wait_for_timeout(1000)  # for what the stream brings first
    hide(page, hidden=True)
    before = row(page, number).inner_text()
    page.wait_for_timeout(2200)
    assert row(page, number).inner_text() == before
    hide(page, hidden=False)
    says(page, row(page, number), house, number)


def hide(page, *, hidden):
    page.evaluate(HIDE, hidden)


def test_what_is_due_first_comes_first_on_request(house, opens):
    late = waiting(house, ago=280, telegram_id=5_550_002, name="Ann")
    fresh = waiting(house, ago=20, telegram_id=5_550_003, name="Bob")
    page = opens(house.people.mei)
    rows = page.locator("#rows .sb-case")
    assert [rows.nth(n).get_attribute("id") for n in (0, 1)] == [f"row-{fresh}", f"row-{late}"]
    page.get_by_role("link", name="Due first").click()
    expect(rows.first).to_have_id(f"row-{late}")
    page.locator(f'[data-row="{fresh}"]').click()
    expect(page.locator("#due .sb-due")).to_be_visible()
    assert "order=due" in page.url
    page.reload()
    expect(rows.first).to_have_id(f"row-{late}")


def test_the_ladder_takes_what_was_promised_to_the_group_above(house, opens):
    """A breach that lasts: whoever had it sees it go, and the group above has it at once."""
    with house.rows() as rows:
        project = rows.query(Shop).filter_by(name="Wallet").one()
        olga, sun = (rows.get_one(Agent, one.id) for one in (house.people.olga, house.people.sun))
        people = SimpleNamespace(wallet=project, olga=olga, sun=sun)
        frontline(people)
        advanced(people)
        policies.change(project, stages=(Stage(minutes=2, act="escalate"),), by=None, now=START)
    number = waiting(house, ago=425)
    mei = opens(house.people.mei, f"/conversations/{number}")
    sun = opens(house.people.sun)
    expect(mei.locator("#due .sb-due")).to_have_attribute("data-state", "overdue")
    with house.app.app_context():
        sweeps.remind()
    expect(mei.locator(".sb-lock")).to_contain_text("Advanced Support Group", timeout=2000)
    expect(mei.locator("#reply-text")).to_have_attribute("readonly", "")
    expect(sun.locator(f"#row-{number}")).to_contain_text("Escalated", timeout=2000)


def test_a_supervisor_waives_by_keyboard(house, opens):
    number = waiting(house, ago=400)
    page = opens(house.people.sun, f"/conversations/{number}?view=all")
    page.locator("#due").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog.locator(".sb-clocks")).to_be_visible()
    expect(dialog.locator(".sb-clock")).to_have_count(2)
    summary = dialog.locator(".sb-waiving summary").first
    summary.focus()
    page.keyboard.press("Enter")
    dialog.get_by_label("Why is it waived?").first.fill("The node was down")
    page.keyboard.press("Enter")
    expect(dialog.locator(".sb-clock").first).to_contain_text("Waived")
    expect(dialog.locator(".sb-clock").first).to_contain_text("The node was down")
    page.keyboard.press("Escape")
    expect(dialog.locator(".sb-clocks")).to_be_hidden()
    expect(page.locator("#due")).to_be_focused()
    expect(page.locator("#thread")).to_contain_text("waived a broken promise")


def test_the_clocks_are_clean(house, opens, state):
    number = waiting(house, ago=400)
    waiting(house, ago=250, telegram_id=5_550_002, name="Ann")
    waiting(house, ago=20, telegram_id=5_550_003, name="Bob")
    page = opens(house.people.sun, f"/conversations/{number}?view=all&order=due", **state)
    expect(page.locator("#due .sb-due")).to_have_attribute("data-state", "overdue")
    clean(page)
    page.locator("#due").click()
    page.locator(".sb-waiving summary").first.click()
    clean(page)
    clean(opens(house.people.sun, "/?view=all&order=due", **state))
    clean(opens(house.people.sun, f"/conversations/{number}/clocks", **state))


def test_the_pages_of_versions_are_clean(house, opens, state):
    with house.rows() as rows:
        project = rows.query(Shop).filter_by(name="Wallet").one()
        at = f"/projects/{project.id}/sla"
    page = opens(house.people.sun, at, **state)
    page.get_by_label("Standard: First response", exact=True).fill("1h")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="All versions").click()
    expect(page.get_by_text("Standard")).to_be_visible()
    clean(page)
    clean(opens(house.people.sun, f"{at}/application", **state))
