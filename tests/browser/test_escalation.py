"""An escalation from end to end in real browsers, with a worker that does the jobs (issue B)."""

import os
import re
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from support import collaboration, live, sweeps
from support.db import db, utcnow
from support.models import Agent, Conversation, Project
from tests import services
from tests.browser.conftest import ROOT, SECRET
from tests.factories import timedelta
from tests.shifts import advanced, frontline

BOX = "#reply-text"
QUICK = {"timeout": 2000}
LATER = re.compile(r"\b(Sun|Ken|LATER)\b")
PROMPTS = {
    "background": "Paid on Monday, never credited",
    "request": "Wants the money back today",
    "tried": "Looked the hash up, it is confirmed",
}


@pytest.fixture(scope="module")
def jobs(running):
    """Do what the desk asks for after its commits, as on a real machine."""
    settings = running.app.config["SETTINGS"]
    wanted = {
        "SWITCHBOARD_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": SECRET,
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "a hash of the tests",
    }
    with (settings.data / "jobs.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "worker.py", "jobs"],
            cwd=ROOT,
            env=os.environ | wanted,
            stdout=log,
            stderr=log,
        )
    services.until(lambda: live.wire.redis.smembers("rq:workers"), seconds=30)
    yield
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=20)


@pytest.fixture
def number(house, jobs):
    """Give a conversation on Mei's desk; above the frontline stands Sun alone, who is not here."""
    number = house.case(house.people.mei.id)
    with house.rows():
        frontline(fresh(house))
        advanced(fresh(house))
        for agent in (house.people.olga, house.people.sun, house.people.ken):
            live.gone(agent.id)
    return number


def fresh(house):
    """Return the people of this house as rows of the running session."""
    people = house.people
    names = ("olga", "sun", "mei", "ken")
    rows = {name: db.session.get_one(Agent, getattr(people, name).id) for name in names}
    return SimpleNamespace(**rows, wallet=db.session.get_one(Project, people.wallet.id))


def said(page, text):
    return page.locator("#thread .sb-said", has_text=text)


def reply(page, text):
    page.fill(BOX, text)
    page.press(BOX, "Enter")


def draft_note(page, text):
    page.locator('label[for="mode-note"]').click()
    page.fill("#note-text", text)
    page.locator("#note-text").blur()


def escalate(page):
    """Escalate by keys and words, as Mei does."""
    page.keyboard.press("e")
    form = page.locator("#escalation")
    expect(form).to_be_visible()
    form.locator(".sb-reason", has_text="Complaint or legal threat").click()
    expect(form.locator('[name="tier"][value="urgent"]')).to_be_checked()
    for prompt, words in PROMPTS.items():
        form.locator(f'[name="{prompt}"]').fill(words)
    form.locator("footer .btn[data-variant=primary]").click()


def test_an_escalation_waits_for_its_group_and_comes_to_whoever_comes(house, opens, number):
    url = f"/conversations/{number}"
    mei = opens(house.people.mei, url)
    draft_note(mei, "half a note")
    escalate(mei)
    expect(mei.locator(".sb-lock")).to_contain_text(
        "You escalated this conversation to Advanced Support Group"
    )
    expect(mei.locator("#dialog")).to_be_hidden()
    expect(mei.locator("#note-text")).to_have_value("half a note")

    # Nobody of the group is here: it waits in their queue, until Sun opens a page.
    olga = opens(house.people.olga, url)
    expect(olga.locator(".sb-holder")).to_have_text("Waits in Advanced Support Group")
    sun = opens(house.people.sun)
    expect(sun.locator(f'[data-row="{number}"]')).to_be_visible(**QUICK)
    sun.locator(f'[data-row="{number}"]').click()
    accept(sun)
    add(sun, "Ken")
    ken = opens(house.people.ken, url)
    the_lead_moves(sun, ken)

    # The technician answers and resolves; Mei's old page shows nothing of any of it.
    reply(ken, "LATER answer")
    expect(said(sun, "LATER answer")).to_be_visible()
    ken.locator('[data-deed="resolution"]').click()
    with house.app.app_context():
        services.until(lambda: resolved(number))
    shows_nothing_later(mei)
    mei.reload()
    shows_nothing_later(mei)


def accept(page):
    """Read the card that came with it, and accept."""
    card = page.locator(".sb-handover")
    expect(card).to_contain_text("Escalated to you by Mei")
    expect(card).to_contain_text(PROMPTS["tried"])
    card.locator('[data-quick="acceptance"]').click()
    expect(card).to_have_count(0)


def add(page, name):
    """Let a colleague join, as a supervisor."""
    page.locator('#profile [data-quick="collaborators"]').click()
    page.locator("#collaborators .sb-colleague", has_text=name).click()
    page.locator("#collaborators .btn[data-variant=primary]").click()
    expect(page.locator(".sb-team")).to_contain_text(name)


def the_lead_moves(sun, ken):
    """Ken asks for the lead and Sun gives it: his own box shuts at once and keeps his draft."""
    expect(ken.locator(".sb-lock")).to_contain_text("Sun holds this conversation")
    ken.locator('.sb-lock [data-quick="lead-requests"]').click()
    expect(sun.locator(".sb-team")).to_contain_text("asks for the lead")
    sun.fill(BOX, "LATER draft")
    sun.locator('.sb-team [data-quick="lead"]').click()
    expect(sun.locator(".sb-lock")).to_contain_text("Ken holds this conversation", **QUICK)
    expect(sun.locator(BOX)).not_to_be_editable()
    expect(sun.locator(BOX)).to_have_value("LATER draft")
    expect(ken.locator("#composer")).to_have_attribute("data-lock", "", **QUICK)


def shows_nothing_later(page):
    expect(said(page, PROMPTS["background"])).to_be_visible()
    content = page.content()
    found = [content[m.start() - 80 : m.end() + 40] for m in LATER.finditer(content)]
    assert found == []


def resolved(number):
    """Whether the case is closed, once the seconds for undoing it are over."""
    sweeps.finish(utcnow() + timedelta(seconds=6))
    db.session.rollback()
    return db.session.get_one(Conversation, number).is_resolved


def test_a_transfer_that_goes_up_keeps_what_was_typed(house, opens, number):
    page = opens(house.people.mei, f"/conversations/{number}")
    page.keyboard.press("t")
    page.locator("#transfer .sb-colleague", has_text="Advanced Support Group").click()
    page.fill("#transfer-note", "Above my limit")
    expect(page.locator(".sb-goes-across")).to_be_hidden()
    page.locator(".sb-goes-up").click()
    form = page.locator("#escalation")
    expect(form.locator('[name="background"]')).to_have_value("Above my limit")
    form.locator(".sb-reason").first.click()
    form.locator('[name="request"]').fill("Wants it back")
    form.locator('[name="tried"]').fill(" ... ")
    form.locator("footer .btn[data-variant=primary]").click()
    expect(page.locator("#escalation-refusal")).to_contain_text("Write the steps tried first")
    expect(form.locator('[name="request"]')).to_have_value("Wants it back")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    page.keyboard.press("e")
    expect(page.locator('#escalation [name="request"]')).to_have_value("Wants it back")


def test_two_replies_never_cross(house, opens, number):
    """Ken has the lead before Mei's page hears of it: of two replies one goes."""
    with house.rows():
        people, case = fresh(house), db.session.get_one(Conversation, number)
        collaboration.add(case, people.ken, by=people.sun, now=utcnow())
    mei, ken = (
        opens(agent, f"/conversations/{number}") for agent in (house.people.mei, house.people.ken)
    )
    expect(mei.locator("#composer")).to_have_attribute("data-lock", "")
    mei.route(re.compile(r"/messages\?"), lambda route: route.abort())
    with house.rows():
        people, case = fresh(house), db.session.get_one(Conversation, number)
        collaboration.give_lead(case, people.ken, by=people.mei, now=utcnow())
    expect(ken.locator("#composer")).to_have_attribute("data-lock", "", **QUICK)
    reply(ken, "Ken answers")
    expect(said(ken, "Ken answers")).to_be_visible()
    reply(mei, "Mei answers")
    expect(mei.locator("#status")).to_contain_text("Only Ken may reply")
    expect(mei.locator(BOX)).to_have_value("Mei answers")
    assert (house.replies("Ken answers"), house.replies("Mei answers")) == (1, 0)


def test_two_at_one_conversation_know_of_each_other(house, opens, number):
    mei = opens(house.people.mei, f"/conversations/{number}")
    sun = opens(house.people.sun, f"/conversations/{number}")
    for page, name in ((mei, "Sun"), (sun, "Mei")):
        expect(page.locator("#typing")).to_contain_text(f"{name}\u2069 is also here")
    sun.goto(house.url + "/")
    expect(mei.locator("#typing")).to_have_text("")


def test_an_escalation_works_without_scripts(house, opens, number):
    page = opens(house.people.mei, f"/conversations/{number}", java_script_enabled=False)
    page.locator('[data-deed="escalations"]').click()
    page.locator(".sb-reason").nth(2).click()
    for prompt, words in PROMPTS.items():
        page.fill(f'[name="{prompt}"]', words)
    page.fill('[name="tried"]', " ... ")
    page.locator("footer .btn[data-variant=primary]").click()
    expect(page.locator("#escalation-refusal")).to_contain_text("Write the steps tried first")
    expect(page.locator('[name="background"]')).to_have_value(PROMPTS["background"])
    page.fill('[name="tried"]', "asked for the hash")
    page.locator("footer .btn[data-variant=primary]").click()
    expect(page.locator(".sb-lock")).to_contain_text("You escalated this conversation")
