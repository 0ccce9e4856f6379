"""What stands beside the thread: undo, rests, tags, suggestions, alerts, mentions."""

import pytest
from playwright.sync_api import expect

from support import notes, reasons, suggestions, tags
from support.db import db, utcnow
from support.models import Agent, Conversation, Message, Project
from tests.browser.test_looks import clean

BELL = "#alerts-count"


@pytest.fixture
def case(house):
    return house.case(house.people.mei.id)


def rows_of(house, number, *agents):
    found = [db.session.get_one(Agent, agent.id) for agent in agents]
    return db.session.get_one(Conversation, number), *found


def write(house, number, by, text):
    with house.rows():
        case, writer = rows_of(house, number, by)
        notes.write(case, text, by=writer, now=utcnow(), client_key=None)


def point(house, number, kind="escalate"):
    with house.rows():
        (case,) = rows_of(house, number)
        reason = reasons.listed(case.project)[0]
        last = db.session.get(Message, case.last_message_id)
        now = utcnow()
        suggestions.propose(case, reason, kind, message=last, phrase="lawyer", now=now)


def tagged(house, *names):
    with house.rows() as rows:
        project = rows.get_one(Project, house.people.wallet.id)
        for name in names:
            tags.create(project, name, by=None, now=utcnow())


def test_resolving_is_undone_by_a_key_and_shown_after_a_reload(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.keyboard.press("d")
    offer = page.locator(f"#undo-{case}")
    expect(offer).to_contain_text("Maria: resolved.")
    expect(offer.locator(".sb-left")).to_contain_text("s")
    page.reload()
    expect(offer).to_be_visible()
    page.keyboard.press("u")
    expect(offer).to_have_count(0)
    expect(page.locator("#thread .sb-event").last).to_contain_text("Resolving was undone")
    expect(page.locator('[data-deed="resolution"]')).to_be_visible()


def test_the_offer_stays_while_one_moves_on_and_takes_effect_in_open_pages(house, opens, case):
    other = house.case(house.people.mei.id, telegram_id=2, first_name="Pavel")
    page = opens(house.people.mei, f"/conversations/{case}")
    sun = opens(house.people.sun, f"/conversations/{case}")
    page.locator('[data-deed="resolution"]').click()
    expect(page.locator(f"#undo-{case}")).to_be_visible()
    page.locator(f'[data-row="{other}"]').click()
    expect(page.locator("#session-head h2")).to_have_text("Pavel")
    expect(page.locator(f"#undo-{case} button")).to_be_visible()
    house.finish()
    expect(sun.locator(".sb-lock")).to_contain_text("Resolved on")
    expect(page.locator(f"#undo-{case}")).to_have_count(0)
    expect(page.locator(f'[data-row="{case}"]')).to_have_count(0)


def test_an_offer_goes_by_itself_when_its_time_is_over(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.locator('[data-deed="resolution"]').click()
    expect(page.locator(f"#undo-{case}")).to_be_visible()
    expect(page.locator(f"#undo-{case}")).to_have_count(0, timeout=8000)


def test_snoozing_and_resuming_by_keyboard(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.keyboard.press("s")
    expect(page.locator("#park-menu")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".sb-head-text")).to_contain_text("Snoozed until")
    expect(page.locator("#park-menu")).to_be_hidden()
    expect(page.locator(f"#row-{case}")).to_contain_text("Snoozed until")
    page.locator('[data-deed="park"]').click()
    page.locator("#park-menu", has_text="Resume").get_by_text("Resume now").click()
    expect(page.locator(".sb-head-text")).not_to_contain_text("Snoozed until")


def test_a_bad_time_is_refused_in_the_menu_and_kept(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.locator('[data-deed="park"]').click()
    page.fill("#snooze-until", "2020-01-01T10:00")
    page.locator("#park-menu .sb-own-time button").click()
    expect(page.locator("#park-refusal")).to_contain_text("Choose a time between now")
    expect(page.locator("#snooze-until")).to_have_value("2020-01-01T10:00")


def test_a_customers_message_wakes_a_parked_conversation_in_open_pages(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.locator('[data-deed="park"]').click()
    page.locator("#park-menu").get_by_text("Waiting on customer").click()
    expect(page.locator(".sb-head-text")).to_contain_text("Waiting on customer")
    house.say("I am back")
    expect(page.locator(".sb-head-text")).not_to_contain_text("Waiting on customer")


def test_a_tag_is_found_and_put_on_by_keyboard_alone(house, opens, case):
    tagged(house, "Refund", "Bug", "Airdrop")
    page = opens(house.people.mei, f"/conversations/{case}")
    page.keyboard.press("l")
    expect(page.locator("#tag-search")).to_be_focused()
    page.keyboard.type("ref")
    expect(page.locator(".sb-choice:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#tags")).to_contain_text("Refund")
    expect(page.locator(f"#row-{case}")).to_contain_text("Refund")
    page.locator("#tags").get_by_label("Take Refund off").click()
    expect(page.locator("#tags")).not_to_contain_text("Refund")


def test_the_list_is_narrowed_by_the_menu_of_filters(house, opens, case):
    tagged(house, "Refund")
    house.case(house.people.mei.id, telegram_id=2, first_name="Pavel")
    page = opens(house.people.mei)
    page.locator(".sb-filter-button").click()
    page.locator("#filters").get_by_text("Refund").click()
    expect(page.locator(".sb-narrow")).to_have_text("Refund")
    expect(page.locator("#no-rows")).to_contain_text("Nothing fits")
    page.locator(".sb-narrow").click()
    expect(page.locator(".sb-case")).to_have_count(2)


def test_a_suggestion_comes_live_and_is_dismissed_in_place(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.fill("#reply-text", "Half a sentence")
    point(house, case)
    strip = page.locator(".sb-suggestion")
    expect(strip).to_contain_text("My money is gone")
    expect(page.locator(f"#row-{case}")).to_contain_text("Suggestion")
    strip.locator("summary").click()
    expect(strip.locator("input[name=why]")).to_be_focused()
    page.keyboard.type("she is a lawyer herself")
    page.keyboard.press("Enter")
    expect(strip).to_have_count(0)
    expect(page.locator("#reply-text")).to_have_value("Half a sentence")


def test_the_bell_counts_live_and_is_quiet_once_one_has_looked(house, opens, case):
    other = house.case(house.people.mei.id, telegram_id=2, first_name="Pavel")
    page = opens(house.people.mei, f"/conversations/{other}")
    expect(page.locator(BELL)).to_be_hidden()
    write(house, case, house.people.sun, "@Mei, look")
    expect(page.locator(BELL)).to_have_attribute("data-count", "1")
    page.locator(f'[data-row="{case}"]').click()
    expect(page.locator("#thread .sb-mention")).to_have_text("@Mei")
    expect(page.locator(BELL)).to_have_attribute("data-count", "0")
    write(house, case, house.people.sun, "@Mei, again")
    expect(page.locator("#thread .sb-mention")).to_have_count(2)
    expect(page.locator(BELL)).to_have_attribute("data-count", "0")


def test_a_colleague_is_named_by_keyboard(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.keyboard.press("n")
    page.keyboard.type("Please @")
    expect(page.locator(".sb-mention-choice:visible")).to_have_count(3)
    page.keyboard.type("su")
    expect(page.locator(".sb-mention-choice:visible bdi")).to_have_text("Sun")
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value("Please @Sun ")
    expect(page.locator("#mentions")).to_be_hidden()
    page.keyboard.type("look")
    page.keyboard.press("Enter")
    expect(page.locator("#thread .sb-mention")).to_have_text("@Sun")


def test_the_list_of_names_is_left_by_escape(house, opens, case):
    page = opens(house.people.mei, f"/conversations/{case}")
    page.keyboard.press("n")
    page.keyboard.type("@")
    expect(page.locator("#mentions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#mentions")).to_be_hidden()
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#thread .sb-note")).to_have_count(1)


def test_everything_beside_the_thread_is_clean(house, opens, case, state):
    tagged(house, "Refund", "Bug")
    point(house, case, "urgent")
    write(house, case, house.people.sun, "@Mei, look")
    with house.rows():
        found, mei = rows_of(house, case, house.people.mei)
        for tag in tags.listed(found.project):
            tags.put(found, tag, by=mei, now=utcnow())
    page = opens(house.people.mei, f"/conversations/{case}", **state)
    page.locator(".sb-suggestion summary").click()
    clean(page)
    page.locator('[data-deed="park"]').click()
    expect(page.locator("#park-menu")).to_be_visible()
    clean(page)
    page.keyboard.press("Escape")
    page.goto(f"{house.url}/conversations/{case}/tags")
    clean(page)
    page.goto(f"{house.url}/?tag=1")
    page.locator(".sb-filter-button").click()
    expect(page.locator("#filters")).to_be_visible()
    clean(page)


def test_alerts_and_the_list_of_tags_are_clean(house, opens, case, state):
    tagged(house, "Refund", "Bug")
    write(house, case, house.people.mei, "@Sun, look")
    page = opens(house.people.sun, "/alerts", **state)
    clean(page)
    page.goto(f"{house.url}/projects/{house.people.wallet.id}/tags")
    page.locator(".sb-tag-edit summary").first.click()
    clean(page)


def test_without_scripts_a_conversation_is_parked_tagged_and_resolved(house, opens, case):
    tagged(house, "Refund")
    page = opens(house.people.mei, f"/conversations/{case}", java_script_enabled=False)
    page.locator('[data-deed="tags"]').click()
    page.get_by_label("Refund").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#tags")).to_contain_text("Refund")
    page.locator('[data-deed="park"]').click()
    page.locator("#park-menu").get_by_text("Tomorrow").click()
    expect(page.locator(".sb-head-text")).to_contain_text("Snoozed until")
    page.locator('[data-deed="resolution"]').click()
    page.locator("[data-undo]").click()
    expect(page.locator("#undo")).to_be_empty()
