"""Calendars and promised times in a browser: clean in every state, and usable by keyboard."""

from playwright.sync_api import expect

from support import calendars
from support.models import Project
from tests.browser.test_looks import clean
from tests.factories import START

WEEK = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu")}


def office(house, **tables):
    with house.rows() as rows:
        project = rows.query(Project).filter_by(name="Wallet").one()
        calendar = calendars.create(
            project,
            "Office",
            weekly=WEEK | {"fri": [["22:00", "06:00"]]},
            by=None,
            now=START,
            **tables,
        )
        return f"/projects/{project.id}", calendar.id


def test_the_pages_are_clean(house, opens, state):
    at, number = office(house, holidays={"12-25": "Christmas Day"})
    for path in (f"{at}/calendars", f"{at}/calendars/new", f"{at}/calendars/{number}", f"{at}/sla"):
        clean(opens(house.people.sun, path, **state))


def test_a_promise_is_changed_and_foretold(house, opens):
    at, _number = office(house)
    page = opens(house.people.sun, f"{at}/sla")
    page.get_by_label("Standard: First response", exact=True).fill("1h")
    page.get_by_label("Calendar of Standard: First response").select_option("Office")
    page.get_by_role("group", name="Reminder 4").get_by_label("When").fill("15")
    page.get_by_role("group", name="Reminder 4").get_by_label("Counted in").select_option("minutes")
    page.get_by_role("group", name="Reminder 4").get_by_label("Supervisors").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Version 1")).to_be_visible()
    page.get_by_label("A message at").fill("2026-11-19T17:30")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("due Friday, 20 November 2026 at 22:30")).to_be_visible()
