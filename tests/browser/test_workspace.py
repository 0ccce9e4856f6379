"""Permissions, plan, invitations, reasons and conditions in a real browser."""

import pytest
from playwright.sync_api import expect

from support import plans, projects
from support.db import utcnow
from support.models import Agent, EscalationReason
from tests.browser.test_looks import clean


def test_the_pages_of_the_workspace_are_clean(house, opens, state):
    with house.rows() as rows:
        olga = rows.get_one(Agent, house.people.olga.id)
        plans.choose(projects.workspace(), "trial", by=olga, now=utcnow())
    page = opens(house.people.olga, "/permissions", **state)
    for path in ("/permissions", "/plan", "/people/invite", "/conditions"):
        page.goto(house.url + path)
        clean(page)


def test_the_pages_of_a_projects_reasons_are_clean(house, opens, state):
    wallet = f"/projects/{house.people.wallet.id}"
    page = opens(house.people.sun, f"{wallet}/reasons", **state)
    clean(page)
    page.locator(".sb-reason-row a").first.click()
    expect(page.locator("#f-phrases")).to_be_visible()
    clean(page)
    page.get_by_role("button", name="Remove this reason").click()
    expect(page.locator("#remove-reason .sb-dialog")).to_be_visible()
    clean(page)
    reader = opens(house.people.ada, wallet, **state)
    expect(reader.get_by_text("You may read these settings and change nothing.")).to_be_visible()
    expect(reader.locator(".sb-settings .btn").first).to_be_hidden()
    clean(reader)


def test_the_tester_answers_while_one_types(house, opens):
    page = opens(house.people.sun, f"/projects/{house.people.wallet.id}/reasons")
    page.fill("#try-text", "I will call my lawyer")
    expect(page.locator("#tried")).to_contain_text("Complaint or legal threat")
    page.fill("#try-text", "Good morning")
    expect(page.locator("#tried")).to_have_text("This message would trigger nothing.")
    expect(page.locator("#try-text")).to_be_focused()


def test_a_link_is_copied_and_opens_once(house, opens, chromium):
    page = opens(
        house.people.olga, "/people/invite", permissions=["clipboard-read", "clipboard-write"]
    )
    page.fill("#f-email", "li@desk.example")
    page.keyboard.press("Enter")
    link = page.input_value("#f-link")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    context = chromium.new_context()
    try:
        door = context.new_page()
        door.goto(link)
        clean(door)
        door.fill("#f-name", "Li")
        door.fill("#f-password", "a long enough secret")
        door.keyboard.press("Enter")
        expect(door.locator(".sb-rail")).to_be_visible()
        assert door.goto(link).status == 404
    finally:
        context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_reason_is_changed_with_the_keyboard_alone(house, opens, script):
    page = opens(
        house.people.sun,
        f"/projects/{house.people.wallet.id}/reasons/new",
        java_script_enabled=script,
    )
    page.focus("#f-name")
    page.keyboard.type("Lost device")
    for _field in range(6):
        page.keyboard.press("Tab")
    page.keyboard.type("lost my phone")
    page.keyboard.press("Tab")  # the families of words
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".sb-rows")).to_contain_text("Lost device")
    with house.rows() as rows:
        made = rows.query(EscalationReason).filter_by(name="Lost device").one()
        assert [phrase.text for phrase in made.phrases] == ["lost my phone"]
