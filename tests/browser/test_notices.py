"""Being called in a browser: a toast, the title, a sound, the system's notification; the board."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from support import notices, sweeps
from support.db import utcnow
from support.models import Agent, Conversation, Project, SlaClock
from tests.browser.test_looks import clean
from tests.services import until

CALL = ".sb-call"
# Notes what the page asks of the system, which headless browsers do not show.
SPY = """
window.told = [];
class Spy {
  constructor(words, more) { window.told.push([words, more.body]); window.last = this; }
  close() {}
}
Spy.permission = "granted";
Spy.requestPermission = async () => { window.askedFor = true; return "granted"; };
Object.defineProperty(window, "Notification", { value: Spy, configurable: true });
"""
# Whoever drives a browser acts with a user's authority; a click alone counts as a gesture here.
UNTOUCHED = """
let touched = false;
addEventListener("pointerdown", () => { touched = true; }, true);
Object.defineProperty(navigator, "userActivation", { get: () => ({ hasBeenActive: touched }) });
"""
HIDDEN = """
Object.defineProperty(document, "hidden", { get: () => true });
"""


def waits(house, *, minutes, holder=None, telegram_id=5_550_001, **who):
    """Let a customer have written so long ago; give the conversation's number."""
    from support.conversations import take  # noqa: PLC0415

    holder = holder or house.people.mei
    with house.rows() as rows:
        at = utcnow() - timedelta(minutes=minutes)
        number = house.said("My money is gone", telegram_id=telegram_id, now=at, **who)
        case = rows.get_one(Conversation, number)
        take(case, by=rows.get_one(Agent, holder.id), now=utcnow())
    return number


def sweep(house):
    with house.app.app_context():
        sweeps.remind()


def played(page):
    return page.evaluate("document.documentElement.dataset.played")


def chosen(house, agent, **others):
    with house.rows() as rows:
        values = {"sound": "all", "notify": True, "names": False} | others
        notices.save(rows.get_one(Agent, agent.id), now=utcnow(), **values)


def test_a_reminder_is_a_toast_and_stands_in_the_title(house, opens):
    page = opens(house.people.mei)
    expect(page.locator("html")).not_to_have_attribute("data-away", "")
    number = waits(house, minutes=3)
    sweep(house)
    toast = page.locator(CALL)
    expect(toast).to_contain_text("Reply due in 2 min")
    expect(toast).to_contain_text(f"Wallet · conversation {number}")
    expect(page).to_have_title(re.compile(r"^\(1\) Reply due in 2 min · Harbour$"))
    expect(page.locator("#alerts-count")).to_have_attribute("data-count", "1")
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)
    expect(page).to_have_title(re.compile(r"^\(1\) Inbox · Harbour$"))


def test_a_toast_leads_to_its_conversation_and_is_not_shown_twice(house, opens):
    page = opens(house.people.mei)
    number = waits(house, minutes=6)
    sweep(house)
    toast = page.locator(f'{CALL}[data-kind="breach"]')
    expect(toast).to_contain_text("Reply is overdue")
    toast.get_by_role("link").click()
    page.wait_for_url(f"**/conversations/{number}")
    sweep(house)
    page.wait_for_timeout(800)
    expect(page.locator(CALL)).to_have_count(0)


def test_nothing_sounds_before_a_gesture_and_one_tab_plays_after_it(house, opens):
    chosen(house, house.people.mei)
    page = opens(house.people.mei)
    page.context.add_init_script(UNTOUCHED)
    page.reload()
    waits(house, minutes=3)
    sweep(house)
    expect(page.locator(CALL)).to_have_count(1)
    page.wait_for_timeout(600)
    assert played(page) is None
    page.mouse.click(5, 400)
    other = page.context.new_page()
    other.goto(f"{house.url}/alerts")
    other.mouse.click(5, 400)
    waits(house, minutes=6, telegram_id=2)
    sweep(house)
    for tab in (page, other):
        expect(tab.locator(f'{CALL}[data-kind="breach"]')).to_have_count(1)
    until(lambda: "breach" in map(played, (page, other)))
    page.wait_for_timeout(600)
    assert [played(tab) for tab in (page, other)].count("breach") == 1


def test_the_system_notifies_who_looks_elsewhere_and_names_no_customer(house, opens):
    chosen(house, house.people.mei, sound="off")
    page = opens(house.people.mei)
    page.add_init_script(SPY + HIDDEN)
    page.goto(house.url)
    number = waits(house, minutes=3, first_name="Maria Secret")
    sweep(house)
    until(lambda: page.evaluate("window.told.length") == 1)
    assert page.evaluate("window.told") == [
        ["Reply due in 2 min", f"Wallet · conversation {number}"]
    ]
    assert page.evaluate("window.askedFor") is None
    page.evaluate("window.last.onclick()")
    page.wait_for_url(f"**/conversations/{number}")


def test_permission_is_asked_for_by_a_button_alone(house, opens):
    page = opens(house.people.mei)
    page.add_init_script(SPY.replace('"granted";', '"default";', 1))
    page.goto(f"{house.url}/account")
    assert page.evaluate("window.askedFor") is None
    page.get_by_role("button", name="Allow notifications").click()
    until(lambda: page.evaluate("window.askedFor"))


def test_quiet_hours_let_the_toast_stand_and_nothing_else(house, opens):
    chosen(house, house.people.mei)
    page = opens(house.people.mei, "/account")
    page.locator("#quiet").get_by_label("Every day").check()
    now = utcnow()
    page.locator("#quiet").get_by_label("From", exact=True).fill(
        f"{now - timedelta(hours=1):%H:%M}"
    )
    page.locator("#quiet").get_by_label("Until", exact=True).fill(
        f"{now + timedelta(hours=1):%H:%M}"
    )
    page.locator("#quiet").get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Your quiet hours are saved.")
    waits(house, minutes=6)
    sweep(house)
    expect(page.locator("#alerts-count")).to_have_attribute("data-count", "1")
    page.reload()
    expect(page.locator("#quiet")).to_contain_text("1 reminder is held now.")
    assert played(page) is None
    page.locator("#quiet").get_by_label("Never").check()
    page.locator("#quiet").get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Your quiet hours are saved.")
    with house.app.app_context():
        sweeps.summarise()
    expect(page.locator(CALL)).to_contain_text("While you were away: 1")


def test_an_account_is_linked_while_the_page_is_open(house, opens):
    page = opens(house.people.mei, "/account")
    page.get_by_role("button", name="Link Telegram").click()
    line = page.get_by_label("Line for the bot").input_value()
    assert re.fullmatch(r"/link \w{4}-\w{4}-\w{4}", line)
    with house.rows() as rows:
        project = rows.scalar(select(Project).where(Project.name == "Wallet"))
        account = notices.Account(77, "Mei at home", "en")
        assert notices.redeem(project, line, account, now=utcnow())
    expect(page.locator("#link-state")).to_contain_text("Mei at home")
    page.goto(f"{house.url}/account")
    page.get_by_role("button", name="Unlink Wallet").click()
    expect(page.locator("#telegram")).to_contain_text("not linked")


def test_the_board_is_live(house, opens):
    page = opens(house.people.sun, "/board")
    expect(page.locator("#board-next")).to_contain_text("Nothing is due")
    number = waits(house, minutes=3, first_name="Pavel")
    expect(page.locator("#board-next .sb-board-name")).to_have_text(["Pavel", "Pavel"])
    with house.rows() as rows:
        clock = rows.scalar(select(SlaClock).where(SlaClock.conversation_id == number))
        clock.due_at = utcnow() - timedelta(seconds=1)
    house.say("Hello?", telegram_id=2)
    expect(page.locator("#board-overdue .sb-board-name")).to_have_text(["Pavel"])
    page.locator("#board-overdue").get_by_role("button", name="Take over from Mei").click()
    with house.rows() as rows:
        assert rows.get_one(Conversation, number).assignee_id == house.people.sun.id


@pytest.mark.parametrize("path", ["/board", "/account", "/alerts"])
def test_the_pages_are_clean(house, opens, state, path):
    waits(house, minutes=6)
    waits(house, minutes=1, telegram_id=2, first_name="Pavel")
    page = opens(house.people.sun, path, **state)
    sweep(house)
    expect(page.locator(CALL).first).to_be_visible()
    clean(page)


def test_a_code_page_is_clean(house, opens, state):
    page = opens(house.people.mei, "/account", **state)
    page.get_by_role("button", name="Link Telegram").click()
    expect(page.get_by_label("Line for the bot")).to_be_visible()
    clean(page)
