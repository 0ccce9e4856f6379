"""Groups, routing and presence in a browser: by keyboard, live, and clean in every state."""

import pytest
from playwright.sync_api import expect

from support import groups, presence, sweeps
from support.db import utcnow
from support.models import Agent, Group, Project
from tests.browser.test_looks import clean
from tests.factories import START
from tests.services import until


@pytest.fixture
def wallet(house):
    """Open the wallet's three groups; give the number of the project."""
    with house.rows() as rows:
        project = rows.get_one(Project, house.people.wallet.id)
        first, second = groups.offer(project, by=None, now=START)
        groups.create(project, "Technical", level=3, by=None, now=START)
        week = {"mon": [["09:00", "12:30"], ["14:00", "18:00"]], "fri": [["22:00", "06:00"]]}
        groups.change(first, fallback=second, hours=week, by=None, now=START)
        people = [rows.get_one(Agent, one.id) for one in (house.people.sun, house.people.ken)]
        groups.set_members(second, people, by=None, now=START)
    return house.people.wallet.id


def number_of(house, name):
    with house.rows() as rows:
        return rows.query(Group).filter_by(name=name, removed_at=None).one().id


def worked(house, agent):
    """Do what the jobs worker would, once somebody has come."""
    with house.app.app_context():
        sweeps.settle(agent.id)


def test_the_pages_are_clean(house, wallet, opens, state):
    house.case(telegram_id=7, first_name="Maria " + "x" * 60)
    page = opens(house.people.sun, f"/projects/{wallet}/groups", **state)
    clean(page)
    page.goto(f"{house.url}/projects/{wallet}/groups/{number_of(house, 'Frontline')}")
    clean(page)
    page.locator('[commandfor="remove-group"]').first.click()
    expect(page.locator("#remove-group .sb-dialog")).to_be_visible()
    clean(page)
    page.goto(f"{house.url}/projects/{wallet}/routing?who=maria")
    page.locator("#decisions summary").first.click()
    clean(page)


def test_what_is_offered_and_the_account_are_clean(house, opens, state):
    page = opens(house.people.olga, f"/projects/{house.people.market.id}/groups", **state)
    clean(page)
    page.goto(f"{house.url}/account")
    page.get_by_role("button", name="Set me away").click()
    expect(page.locator("#presence").get_by_role("button", name="I am back")).to_be_visible()
    clean(page)
    page.locator(".sb-rail-me").click()
    expect(page.locator("#my-switch")).to_be_visible()
    clean(page)


def test_the_order_is_changed_by_keyboard_and_the_focus_stays(house, wallet, opens):
    group = number_of(house, "Advanced Support Group")
    page = opens(house.people.sun, f"/projects/{wallet}/groups/{group}")
    rows = page.locator("#members .sb-turn strong")
    expect(rows.first).to_have_text("Sun")
    page.locator(f"#up-{house.people.ken.id}").focus()
    page.keyboard.press("Enter")
    expect(rows.first).to_have_text("Ken")
    expect(page.locator(f"#up-{house.people.ken.id}")).to_be_focused()
    page.reload()
    expect(rows.first).to_have_text("Ken")


def test_a_line_more_keeps_what_was_typed(house, wallet, opens):
    group = number_of(house, "Technical")
    page = opens(house.people.sun, f"/projects/{wallet}/groups/{group}")
    page.get_by_label("At these hours only").check()
    page.get_by_label("Mon, from").fill("8")
    page.get_by_label("Mon, until").fill("12")
    page.get_by_role("button", name="One more span on Mon").click()
    expect(page.get_by_label("Mon, from")).to_have_count(2)
    expect(page.get_by_label("Mon, from").first).to_have_value("08:00")
    page.get_by_label("Mon, from").nth(1).fill("22:00")
    page.get_by_label("Mon, until").nth(1).fill("2:00")
    page.locator("#hours").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The hours are saved.")).to_be_visible()
    expect(page.locator("#day-mon")).to_contain_text("next day")


def test_without_scripts_everything_works(house, wallet, opens):
    page = opens(house.people.sun, f"/projects/{wallet}/groups", java_script_enabled=False)
    page.get_by_role("button", name="“Management”, level 4").click()
    page.get_by_label("Mei", exact=False).check()
    page.locator("#members").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Move Mei up").click()
    expect(page.locator("#members .sb-turn strong").first).to_have_text("Mei")
    page.get_by_label("At these hours only").check()
    page.get_by_role("button", name="One more span on Tue").click()
    expect(page.get_by_label("Tue, from")).to_have_count(1)
    page.goto(f"{house.url}/projects/{wallet}/routing?tier=urgent")
    expect(page.locator(".sb-answer-line")).to_be_visible()


def test_people_and_ladder_show_at_once_who_came_and_who_is_away(house, wallet, opens):
    ladder = opens(house.people.sun, f"/projects/{wallet}/groups")
    people = opens(house.people.olga, "/people")
    mate = ladder.locator(f"#group-{number_of(house, 'Frontline')} .sb-mate", has_text="Mei")
    row = people.locator(f"#agent-{house.people.mei.id}")
    expect(mate).to_contain_text("offline")
    mei = opens(house.people.mei)
    until(lambda: mei.evaluate("window.sb.heard.has('ready')"))
    worked(house, house.people.mei)
    expect(mate).to_contain_text("online")
    expect(row).to_contain_text("Online")
    mei.locator(".sb-rail-me").click()
    mei.locator("#my-switch").get_by_role("button", name="Away").click()
    expect(mate).to_contain_text("away")
    expect(row).to_contain_text("Away")


def test_an_open_page_says_that_the_desk_set_one_away_and_lets_one_back(house, opens):
    page = opens(house.people.mei)
    until(lambda: page.evaluate("window.sb.heard.has('ready')"))
    with house.rows() as rows:
        mei = rows.get_one(Agent, house.people.mei.id)
        presence.set_away(mei, by=None, now=utcnow(), why="not accepted")
    banner = page.locator("#my-presence")
    expect(banner).to_contain_text("was not accepted in time")
    expect(page.locator("#my-face .sb-avatar")).to_have_attribute("data-state", "away")
    banner.get_by_role("button", name="I am back").click()
    expect(page.locator("#toasts")).to_contain_text("You are back.")
    expect(page.locator("#my-presence")).to_be_empty()


def test_the_simulator_lists_customers_while_one_types(house, wallet, opens):
    house.case(telegram_id=7, first_name="Maria")
    page = opens(house.people.sun, f"/projects/{wallet}/routing")
    page.get_by_label("Customer", exact=True).press_sequentially("mar")
    choice = page.get_by_role("radio", name="Maria")
    choice.check()
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".sb-answer")).to_contain_text("Maria")
    expect(choice).to_be_checked()


def test_the_timeline_leads_to_the_decision(house, wallet, opens):
    number = house.case()
    page = opens(house.people.sun, f"/conversations/{number}")
    page.locator("#thread").get_by_role("link", name="Why?").first.click()
    expect(page.locator("#decisions")).to_contain_text("Only those of conversation")
