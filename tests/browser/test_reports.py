"""Reports in a real browser: clean in every state; a range, its rows, its file and its print."""

import csv
import re

from playwright.sync_api import expect

from support import escalation, reasons
from support.db import utcnow
from support.models import Conversation
from tests.browser.test_escalation import fresh
from tests.browser.test_looks import clean
from tests.shifts import advanced, frontline

PAGES = ("", "/agents", "/sla", "/escalations", "/rows?what=opened")


def worked(house):
    """Mei has three cases, one of which goes up."""
    with house.rows() as rows:
        people = fresh(house)
        frontline(people, strategy="online_first")
        group = advanced(people)
        group_id = group.id
    cases = [house.case(house.people.mei.id, telegram_id=number + 1) for number in range(3)]
    with house.rows() as rows:
        people, case = fresh(house), rows.get_one(Conversation, cases[0])
        facts = {"reason": reasons.listed(people.wallet)[0], "now": utcnow()}
        facts |= {"account": escalation.Account("paid", "money", "looked"), "by": people.mei}
        escalation.escalate(case, group=rows.get_one(type(group), group_id), **facts)


def test_every_page_is_clean(house, opens, state):
    worked(house)
    page = opens(house.people.sun, "/reports", **state)
    for path in PAGES:
        page.goto(f"{house.url}/reports{path}")
        clean(page)


def test_a_range_is_chosen_its_rows_opened_and_its_file_read(house, opens):
    worked(house)
    page = opens(house.people.sun, "/reports/escalations")
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.locator(".sb-tiles a").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    with page.expect_download() as download:
        page.locator(".sb-card", has_text="By agent").get_by_role("link", name="CSV").click()
    lines = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    told = page.locator(".sb-card", has_text="By agent").locator("tbody tr").inner_text()
    assert lines[1][:2] == re.split(r"\s+", told)[:2] == ["Mei", "1"]


def test_on_paper_there_is_nothing_to_click(house, opens):
    worked(house)
    page = opens(house.people.sun, "/reports")
    page.emulate_media(media="print")
    for gone in (".sb-rail", ".sb-narrow", ".sb-ranges"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".sb-chart").first).to_be_visible()
