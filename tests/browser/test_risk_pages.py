"""Internal control's pages in a browser: told and tried as one types, clean in every state."""

import pytest
from playwright.sync_api import expect

from support.db import db, utcnow
from support.models import Conversation, RiskAttempt, RiskHit
from support.risk import changes, own_addresses
from tests.browser import test_looks
from tests.browser.test_escalation import fresh
from tests.factories import answer

CASHIER = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"


@pytest.fixture
def listed(house):
    """Two groups, an own address, what Mei said, and what was stopped."""
    number = house.case(house.people.mei.id)
    with house.rows() as rows:
        people, now = fresh(house), utcnow()
        frozen = changes.create_group(
            "Frozen addresses", projects=[people.wallet], action="block", by=people.sun, now=now
        )
        changes.add_words(frozen, "fragment", ["T9yD", "T9"], by=people.sun, now=now)
        case = rows.get_one(Conversation, number)
        answer(case, "Believe me, a sure profit", by=people.mei, now=now)
        own_addresses.add(people.wallet, CASHIER, "Cash desk", by=people.sun, now=now)
        for outcome in ("cancelled", "confirmed", "waiting", "blocked"):
            stopped(case, people, frozen, outcome, now)
    return frozen.id


def stopped(case, people, group, outcome, now):
    attempt = RiskAttempt(
        project_id=case.project_id,
        customer_id=case.customer_id,
        conversation_id=case.id,
        agent_id=people.mei.id,
        surface="reply",
        text="Send it to T9yD" + "x" * 40 + " today",
        digest="d",
        stamp="s",
        stop="confirm",
        outcome=outcome,
        asked_at=now,
        reason="The customer asked twice" if outcome == "confirmed" else "",
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add(
        RiskHit(
            attempt_id=attempt.id,
            group_id=group.id,
            group_name=group.name,
            kind="fragment",
            word="T9yD",
            action="block",
            starts=11,
            ends=15,
        )
    )


def clean(page):
    """No finding, and nothing wider than its page, also where the page scrolls by itself."""
    test_looks.clean(page)
    assert page.evaluate(
        "(() => { const main = document.querySelector('main');"
        " return main.scrollWidth <= main.clientWidth; })()"
    )


def home(house):
    return f"/projects/{house.people.wallet.id}/risk"


def test_what_would_have_been_met_is_told_as_one_types(house, opens, listed):
    page = opens(house.people.sun, f"{home(house)}/groups/{listed}")
    page.fill("#words-words", "sure profit")
    told = page.locator("#foretold-words")
    expect(told).to_contain_text("Would have fired 1 time in the last 30 days.")
    expect(told.locator("mark")).to_have_text("sure profit")
    page.select_option("#kind-words", "fragment")
    page.fill("#words-words", "T9y")
    expect(told).to_contain_text("it would match by chance")
    page.fill("#words-words", "")
    expect(told).to_have_text("")
    page.fill("#words-words", "guaranteed\nsure profit")
    page.select_option("#kind-words", "word")
    page.locator("#words-form").get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#words .sb-word")).to_have_count(4)


def test_on_a_phone_the_present_room_is_in_sight(house, opens, listed):
    page = opens(house.people.sun, home(house), viewport={"width": 390, "height": 844})
    expect(page.locator(".sb-tab[aria-current]")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name="Wallet")).to_be_in_viewport(ratio=1)


def test_a_text_is_tried_as_one_types(house, opens, listed):
    page = opens(house.people.sun, home(house) + "/try")
    page.fill("#try-text", "Pay to T 9 y D now")
    tried = page.locator("#tried")
    expect(tried.locator("mark").first).to_be_visible()
    expect(tried).to_contain_text("Frozen addresses")
    page.fill("#try-text", f"Pay to {CASHIER}")
    expect(tried).to_contain_text("Nothing found")
    page.fill("#try-text", f"Pay to {CASHIER[:10]}x{CASHIER[11:]}")
    expect(tried).to_contain_text("Look-alike of an own address")
    expect(page.locator("#try-text")).to_be_focused()


def test_the_settings_are_clean(house, opens, listed, state):
    page = opens(house.people.sun, home(house), **state)
    clean(page)
    page.goto(f"{house.url}{home(house)}/groups/{listed}")
    page.fill("#words-words", "sure profit")
    expect(page.locator("#foretold-words mark")).to_have_text("sure profit")
    clean(page)
    page.goto(house.url + home(house) + "/new")
    clean(page)
    page.goto(house.url + home(house) + "/import")
    page.fill("#f-text", "group,kind,text\nA,fragment,T9\nA,regex,x\n,,\n,word,y\n")
    page.get_by_role("button", name="Look it through").click()
    expect(page.locator(".sb-wrong li")).to_have_count(2)
    clean(page)


def test_the_tester_and_the_hits_are_clean(house, opens, listed, state):
    page = opens(house.people.sun, home(house) + "/try", **state)
    page.fill("#try-text", "Pay to T 9\u200b y D now " + "x" * 300)
    expect(page.locator("#tried mark").first).to_be_visible()
    clean(page)
    page.goto(house.url + "/risk/hits")
    expect(page.locator(".sb-hit")).to_have_count(4)
    clean(page)
    page.locator(".sb-more summary").click()
    clean(page)
    page.locator(".sb-hit a").first.click()
    expect(page.locator("mark")).to_have_text("T9yD")
    clean(page)


def test_without_scripts_it_works_as_well(house, opens, listed):
    page = opens(house.people.sun, home(house) + "/try", java_script_enabled=False)
    page.fill("#try-text", "Pay to T9yD")
    page.get_by_role("button", name="Try").click()
    expect(page.locator("#tried mark").first).to_have_text("T9yD")
    page.goto(f"{house.url}{home(house)}/groups/{listed}")
    page.fill("#words-words", "sure profit")
    page.locator("#words-form").get_by_role("button", name="What would it have met?").click()
    expect(page.locator("#foretold-words")).to_contain_text("Would have fired 1 time")
    page.locator("#words-form").get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#words .sb-word")).to_have_count(3)
