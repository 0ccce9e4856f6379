"""Every page of the desk in every state: no axe finding, nothing that scrolls sideways."""

from pathlib import Path

from playwright.sync_api import expect

from support import audit, escalation, groups, projects, reasons, viewing
from support.db import db, utcnow
from support.escalation import Account
from support.models import Agent, Conversation, Project
from tests.browser.test_escalation import fresh
from tests.browser.test_thread import TALK
from tests.shifts import advanced, frontline

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """tags => axe.run(document, { runOnly: tags, rules: { "target-size": { enabled: true } } })
  .then((found) => found.violations.map((one) =>
    `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`))"""


def findings(page):
    page.evaluate(AXE.read_text())
    return page.evaluate(RUN, TAGS)


def clean(page):
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_inbox_is_clean(house, opens, state):
    for number in range(3):
        house.case(house.people.mei.id, telegram_id=number + 1, first_name=f"C{number} " + "x" * 60)
    clean(opens(house.people.mei, **state))
    clean(opens(house.people.olga, "/?view=all", **state))
    clean(opens(house.people.mei, "/?view=resolved", **state))


def test_the_session_is_clean(house, opens, state):
    number = house.case(house.people.mei.id, texts=TALK)
    page = opens(house.people.mei, f"/conversations/{number}", **state)
    page.wait_for_timeout(200)
    clean(page)
    page.locator('label[for="mode-note"]').click()
    page.fill("#note-text", "A note")
    page.press("#note-text", "Enter")
    expect(page.locator("#thread .sb-note")).to_have_count(1)
    clean(page)


def test_the_transfer_dialog_is_clean(house, opens, state):
    number = house.case(house.people.mei.id)
    page = opens(house.people.mei, f"/conversations/{number}", **state)
    page.locator('[data-deed="transfers"]').click()
    expect(page.locator("#transfer")).to_be_visible()
    clean(page)
    page.locator(".sb-colleague").first.click()
    page.locator("#transfer .btn[data-variant=primary]").click()
    expect(page.locator(".sb-lock")).to_be_visible()
    clean(page)


def test_the_escalation_and_its_card_are_clean(house, opens, state):
    number = house.case(house.people.mei.id)
    with house.rows():
        people = fresh(house)
        frontline(people)
        advanced(people)
    page = opens(house.people.mei, f"/conversations/{number}", **state)
    page.locator(".sb-deed-more").click()
    clean(page)
    page.keyboard.press("Escape")
    page.locator('[data-deed="escalations"]').click()
    page.locator(".sb-reason").nth(3).click()
    clean(page)
    with house.rows():
        hand_up(fresh(house), number)
    sun = opens(house.people.sun, f"/conversations/{number}", **state)
    expect(sun.locator(".sb-handover")).to_be_visible()
    clean(sun)
    sun.locator('[data-quick="returns"]').click()
    expect(sun.locator("#return")).to_be_visible()
    clean(sun)


def hand_up(people, number):
    """Escalate to Sun himself, with a full account."""
    listed = reasons.listed(people.wallet)
    group = groups.levels_above(groups.frontline(people.wallet.id), people.wallet.id)[0]
    account = Account("Paid on Monday", "Wants it back", "Looked it up")
    escalation.escalate(
        db.session.get_one(Conversation, number),
        reason=listed[0],
        group=group,
        to=people.sun,
        account=account,
        by=people.mei,
        now=utcnow(),
    )


def test_the_profile_opens_over_the_thread_where_there_is_no_room(house, opens):
    number = house.case(house.people.mei.id)
    page = opens(
        house.people.mei, f"/conversations/{number}", viewport={"width": 390, "height": 844}
    )
    expect(page.locator("#profile")).to_be_hidden()
    page.locator(".sb-profile-button").click()
    expect(page.locator("#profile")).to_be_visible()
    clean(page)
    page.locator(".sb-profile-close").click()
    expect(page.locator("#profile")).to_be_hidden()


def test_a_phone_shows_one_pane_at_a_time(house, opens):
    number = house.case(house.people.mei.id)
    page = opens(house.people.mei, viewport={"width": 390, "height": 844})
    expect(page.locator(".sb-list")).to_be_visible()
    page.locator(f'[data-row="{number}"]').click()
    expect(page.locator("#thread")).to_be_visible()
    expect(page.locator(".sb-list")).to_be_hidden()
    page.locator(".sb-back").click()
    expect(page.locator(".sb-list")).to_be_visible()
    expect(page.locator("#thread")).to_have_count(0)


def test_the_audit_log_is_clean(house, opens, state):
    number = house.case(house.people.mei.id, texts=TALK)
    with house.rows() as rows:
        olga = rows.get_one(Agent, house.people.olga.id)
        wallet = rows.get_one(Project, house.people.wallet.id)
        projects.change(wallet, by=olga, now=utcnow(), transfer_note="mandatory")
        groups.create(wallet, "A name " + "of great length " * 4, by=olga, now=utcnow())
        audit.seal()
        viewing.look_at(rows.get_one(Conversation, number), by=olga, door="x", now=utcnow())
    page = opens(house.people.olga, "/audit?kind=conversations&kind=settings", **state)
    for summary in page.locator(".sb-log-entry summary").all():
        summary.click()
    clean(page)
    expect(page.locator(".sb-log-entry").first).to_contain_text("not sealed yet")
    expect(page.locator(".sb-log-entry").last).to_contain_text("sealed as")
    clean(opens(house.people.ada, "/audit?who=desk&since=2020-01-01&until=2020-01-02", **state))
