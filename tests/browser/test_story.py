"""The whole story on the whole desk: what `make run` starts, played in the browser from both ends.

The customer sits at the phone page, so every word crosses MTProto twice.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from support.demo.team import TEAM
from tests import services
from tests.browser.conftest import ROOT, answers

PEOPLE = {agent.first_name: agent for agent in TEAM}
ACROSS = {"timeout": 20_000}  # over the wire, through the worker, into the page


@pytest.fixture(scope="module")
def whole_desk(tmp_path_factory):
    """Run the desk as one does on a fresh machine, its scripted customers keeping quiet."""
    folder, port = tmp_path_factory.mktemp("whole"), services.free_port()
    settings = {
        "SWITCHBOARD_DATA": str(folder),
        "PORT": str(port),
        "SWITCHBOARD_DEMO_SCRIPTS": "0",
        "REDIS_URL": "",
        "DATABASE_URL": "",
        "TELEGRAM_API_ID": "",
    }
    with (folder / "desk.out").open("wb") as out:
        desk = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        services.until(lambda: answers(f"{url}/healthz"), seconds=60)
        yield url
    finally:
        desk.send_signal(signal.SIGTERM)
        desk.wait(timeout=20)


@pytest.fixture
def sits(whole_desk, chromium):
    """Give a function that sits somebody down at a browser of his own."""
    contexts = []

    def sat(path):
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(whole_desk + path)
        return page

    yield sat
    for context in contexts:
        context.close()


def logged_in(page, first_name):
    agent = PEOPLE[first_name]
    page.fill('[name="email"]', agent.email)
    page.fill('[name="password"]', agent.password)
    page.press('[name="password"]', "Enter")
    expect(page.locator("#rows")).to_be_visible(**ACROSS)
    return page


def write(phone, text):
    phone.fill("#phone-text", text)
    phone.locator("#phone-composer [type=submit], #phone-composer .btn[data-size=icon]").click()
    expect(phone.locator(".sb-phone-bubble", has_text=text)).to_be_visible(**ACROSS)


def reply(page, text, mode="reply"):
    page.locator(f'label[for="mode-{mode}"]').click()
    page.fill(f"#{mode}-text", text)
    page.press(f"#{mode}-text", "Enter")


def said(page, text):
    return page.locator("#thread .sb-said", has_text=text)


def become_a_customer(phone, name):
    phone.locator('[commandfor="newcomer"][command="show-modal"]').first.click()
    phone.fill('#newcomer [name="first_name"]', name)
    phone.locator("#newcomer .sb-actions .btn").click()
    expect(phone.locator("#phone-text")).to_be_visible(**ACROSS)


def look_for(page, name):
    """Look at the desk and at the queue in turn, until the customer stands in one of them."""
    row = page.locator(".sb-case a", has_text=name)
    for view in ("mine", "unassigned") * 10:
        page.goto(f"{page.url.partition('?')[0]}?view={view}")
        with suppress(AssertionError):
            return expect(row).to_be_visible(timeout=3_000)
    raise AssertionError(name)


def open_row(page, name, text):
    row = page.locator(".sb-case a", has_text=name)
    expect(row).to_be_visible(**ACROSS)
    row.click()
    expect(said(page, text)).to_be_visible()


def take(page):
    """Take it, unless it was given to this desk before."""
    take_it = page.locator('[data-deed="assignment"]')
    if take_it.count() and page.locator("#composer").get_attribute("data-lock"):
        take_it.click()
    expect(page.locator("#composer")).to_have_attribute("data-lock", "")


def answer(page, phone, text):
    """Reply; the customer has it, and the tick says so."""
    reply(page, text)
    got = phone.locator('.sb-phone-bubble[data-mine="no"]', has_text=text)
    expect(got).to_be_visible(**ACROSS)
    expect(said(page, text)).to_have_attribute("data-state", "accepted", **ACROSS)


def hand_over(page, colleague, note):
    page.locator('[data-deed="transfers"]').click()
    page.locator("#transfer .sb-colleague:not(.sb-target-group)", has_text=colleague).click()
    page.fill("#transfer-note", note)
    # To a supervisor it goes up: that is an escalation.
    page.locator(".sb-goes-up").click()
    form = page.locator("#escalation")
    form.locator(".sb-reason").first.click()
    form.locator('[name="request"]').fill("Wants it back")
    form.locator('[name="tried"]').fill("Looked the hash up")
    form.locator("footer .btn[data-variant=primary]").click()
    expect(page.locator(".sb-lock")).to_contain_text("You escalated this conversation to")


def test_a_customer_is_answered_handed_over_and_comes_back(sits):
    phone = sits("/phone")
    become_a_customer(phone, "Storyteller")
    mei = logged_in(sits("/login"), "Mei")

    # The customer writes; he comes to Mei's desk, or waits where she takes him from.
    write(phone, "My transfer never arrived")
    look_for(mei, "Storyteller")
    open_row(mei, "Storyteller", "My transfer never arrived")
    take(mei)
    answer(mei, phone, "I am looking at it now")

    # A note stays in the house.
    reply(mei, "Above my limit", mode="note")
    expect(mei.locator("#thread .sb-note", has_text="Above my limit")).to_be_visible()
    assert phone.locator("text=Above my limit").count() == 0

    # Sun has it now; Mei's open page has locked and shows nothing of what follows.
    sun = logged_in(sits("/login"), "Sun")
    hand_over(mei, "Sun", "Hash confirmed, please credit")
    open_row(sun, "Storyteller", "Hash confirmed, please credit")
    write(phone, "Still nothing here")
    expect(said(sun, "Still nothing here")).to_be_visible(**ACROSS)
    answer(sun, phone, "Credited, thank you")
    assert "Still nothing here" not in mei.content()
    assert "Credited" not in mei.content()

    # Resolved, and reopened by the customer's next words, at the desk that had it last.
    sun.locator('[data-deed="resolution"]').click()
    expect(sun.locator(".sb-lock")).to_contain_text("Resolved on", timeout=15_000)
    write(phone, "One more question")
    expect(said(sun, "One more question")).to_be_visible(**ACROSS)
    expect(sun.locator("#composer")).to_have_attribute("data-lock", "")


def test_a_colleague_links_his_telegram_by_a_line_that_he_sends_to_the_bot(sits, whole_desk):
    """Over the wire and back; the code is in no conversation, and the bot answers."""
    phone = sits("/phone")
    become_a_customer(phone, "Mei at home")
    mei = logged_in(sits("/login"), "Mei")
    mei.goto(f"{whole_desk}/account")
    mei.get_by_role("button", name="Link Telegram for Wallet support").click()
    field = mei.get_by_label("Line for the bot")
    expect(field).to_be_visible(**ACROSS)
    line = field.input_value()
    write(phone, line)
    bubble = phone.locator('.sb-phone-bubble[data-mine="no"]', has_text="Linked.")
    expect(bubble).to_be_visible(**ACROSS)
    expect(mei.locator("#link-state")).to_contain_text("Mei at home", **ACROSS)
    write(phone, "Is anybody there?")
    mei.goto(whole_desk)
    look_for(mei, "Mei at home")
    open_row(mei, "Mei at home", "Is anybody there?")
    assert line.split()[1] not in mei.locator("#thread").inner_text()
