"""Every clock of a conversation in sentences, its waiver, and the versions of a promise."""

import re
from html import unescape

import pytest

from support import calendars, messages, status, sweeps, transfer
from support.db import commit, db, utcnow
from support.models import SlaClock, SlaWaiver
from support.sla import policies
from support.sla.promise import Asked
from tests.factories import START, answer, later, say
from tests.sla.telling import clocks

pytestmark = pytest.mark.one_database
FIRST = ("standard", "first_response")


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei)


def accepted(reply, at):
    messages.accepted(reply, telegram_id=90_000 + reply.id, at=at, now=at)
    commit()


def replied(case, by, **at):
    (reply,) = answer(case, by=by, now=later(**at))
    accepted(reply, later(**at))


def cards(page):
    """Return each clock as plain words."""
    found = re.findall(r'<li class="sb-clock".*?</li>', page, re.DOTALL)
    return [plain(one) for one in found]


def plain(markup):
    return " ".join(unescape(re.sub(r"<[^>]+>|[\u2068\u2069]", " ", markup)).split())


def panel(browser, case):
    page = browser.get(f"/conversations/{case.id}/clocks/dialog")
    assert page.status_code == 200
    return cards(page.text)


def clock(case, metric):
    found = next(one for one in clocks(case.id) if one.metric == metric)
    commit()  # or the browser would wait for this look to end
    return found


def test_what_was_kept_is_told_to_the_second(case, desk, as_):
    replied(case, desk.mei, minutes=3, seconds=20)
    solved, first = panel(as_(desk.mei), case)
    for words in (
        "First response · Standard Met",
        "Done 1m 40s before it was due.",
        "Started 2 Nov 2026, 09:00:00: the customer's message that opened the conversation.",
        "Held by nobody then.",
        "Promised 5m around the clock, as shipped.",
        "Due 2 Nov 2026, 09:05:00.",
        "Stopped 2 Nov 2026, 09:03:20: Mei replied, and Telegram accepted it.",
        "Elapsed 3m 20s without pauses.",
    ):
        assert words in first
    assert "the customer's message that opened the conversation." in solved
    assert "Resolution · Standard Breached" in solved
    assert "and still running." in solved


def test_the_same_stands_on_a_page_of_its_own(case, desk, as_):
    page = as_(desk.mei).get(f"/conversations/{case.id}/clocks").text
    assert len(cards(page)) == 2
    assert "Times are those of UTC." in page


def test_pauses_and_voids_are_explained(case, desk, as_):
    replied(case, desk.mei, minutes=1)
    status.wait(case, by=desk.mei, now=later(minutes=2))
    status.resume(case, by=desk.mei, now=later(minutes=12))
    say(desk.wallet, "Thanks", now=later(minutes=13))
    status.no_reply_needed(case, by=desk.mei, now=later(minutes=14))
    commit()
    said = panel(as_(desk.mei), case)
    solved = next(one for one in said if one.startswith("Resolution"))
    assert (
        "Pauses 2 Nov 2026, 09:02:00 to 2 Nov 2026, 09:12:00: waiting for the customer." in solved
    )
    assert "Due 2 Nov 2026, 09:40:00." in solved
    nudged = next(one for one in said if one.startswith("Next response"))
    assert "the customer's oldest message without an answer." in nudged
    assert (
        "Void Verdict Neither kept nor broken: before it was due, "
        "Mei said that no reply is needed." in nudged
    )


def test_calendar_and_version_are_named(desk, as_):
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    office = calendars.create(desk.wallet, "Office", weekly=week, by=desk.olga, now=START)
    policies.change(desk.wallet, targets={FIRST: Asked(600, office)}, by=desk.sun, now=START)
    case = desk.case(holder=desk.mei)
    replied(case, desk.mei, minutes=12)
    first = next(one for one in panel(as_(desk.mei), case) if one.startswith("First"))
    assert "10m by the calendar “ Office ”, version 1 (version 1 of the promised times)." in first
    assert "Breached Verdict Done 2m too late." in first
    assert "12m without pauses, 12m of it in business hours." in first


def test_who_let_it_go_sees_the_clocks_as_they_stood(case, desk, as_):
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=2))
    commit()
    replied(case, desk.ken, minutes=7)
    status.resolve(case, by=desk.ken, now=later(minutes=9))
    status.take_effect(case, now=later(minutes=9, seconds=5))
    commit()
    page = as_(desk.mei).get(f"/conversations/{case.id}/clocks").text
    assert "As they stood when you let this conversation go." in page
    first = next(one for one in cards(page) if one.startswith("First"))
    assert "Running Verdict 3m are left." in first
    assert "Stopped" not in page
    assert "Ken" not in "".join(one for one in cards(page) if not one.startswith("Acceptance"))
    now = next(one for one in panel(as_(desk.ken), case) if one.startswith("First"))
    assert "Ken replied" in now


def waive(browser, case, reason="The node was down", metric="first_response", **options):
    browser.get(f"/conversations/{case.id}/clocks")
    url = f"/conversations/{case.id}/clocks/{clock(case, metric).id}/waiver"
    return browser.post(url, {"reason": reason}, **options)


def test_a_supervisor_waives_and_sees_it_beside_the_clock(case, desk, as_, look):
    replied(case, desk.mei, minutes=7)
    sun = as_(desk.sun)
    assert "A waiver cannot be taken back." in sun.get(f"/conversations/{case.id}/clocks").text
    shown = waive(sun, case, htmx=True)
    assert shown.status_code == 200
    first = next(one for one in cards(shown.text) if one.startswith("First"))
    assert "Breached Waived" in first
    assert "Sun The node was down" in first
    with look() as rows:
        assert rows.query(SlaWaiver).count() == 1
    said = sun.get(f"/conversations/{case.id}/session").text
    assert re.sub(r"[\u2068\u2069]", "", said).count(
        "Sun waived a broken promise (First response): The node was down"
    )


def test_without_scripts_the_waiver_leads_back_to_the_page(case, desk, as_):
    replied(case, desk.mei, minutes=7)
    sun = as_(desk.sun)
    assert waive(sun, case).headers["Location"].endswith(f"/conversations/{case.id}/clocks")


def test_a_refused_waiver_keeps_its_words_and_says_why(case, desk, as_):
    replied(case, desk.mei, minutes=3)
    sun = as_(desk.sun)
    page = waive(sun, case, "rain")
    assert (page.status_code, "was not broken" in page.text) == (409, True)
    page = waive(sun, case, " ", metric="resolution")
    assert (page.status_code, "Say why this is waived" in page.text) == (422, True)
    assert re.search(r"<details class=\"sb-waiving\" open>", page.text)


def test_nobody_is_offered_his_own(desk, as_):
    case = desk.case(holder=desk.sun)
    replied(case, desk.sun, minutes=7)
    sun = as_(desk.sun)
    sweeps.remind()
    db.session.refresh(case)
    commit()
    page = sun.get(f"/conversations/{case.id}/clocks").text
    assert "Waive for good" not in page
    assert "a colleague would have to waive it" in page
    assert waive(sun, case).status_code == 403


@pytest.mark.parametrize("who", ["mei", "ada"])
def test_who_may_not_waive_is_not_offered_it(who, case, desk, as_):
    replied(case, desk.mei, minutes=7)
    browser = as_(getattr(desk, who))
    assert "Waive" not in browser.get(f"/conversations/{case.id}/clocks").text
    assert waive(browser, case).status_code == 403


def test_a_clock_of_another_conversation_is_not_there(case, desk, as_):
    other = desk.case("Other", who=messages.Person(telegram_id=9, first_name="O"), now=START)
    sun = as_(desk.sun)
    sun.get("/account")
    url = f"/conversations/{case.id}/clocks/{clock(other, 'resolution').id}/waiver"
    assert sun.post(url, {"reason": "x"}).status_code == 404


@pytest.fixture
def at(desk):
    return f"/projects/{desk.wallet.id}/sla"


def test_versions_say_who_when_and_what(desk, as_, at):
    sun = as_(desk.sun)
    assert "No version yet" in sun.get(f"{at}/versions").text
    policies.change(desk.wallet, targets={FIRST: Asked(600)}, by=desk.sun, now=START)
    policies.change(
        desk.wallet, targets={FIRST: None}, pause_waiting=False, stages=[], by=desk.olga, now=START
    )
    commit()
    said = plain(sun.get(f"{at}/versions").text)
    assert said.index("Version 2") < said.index("Version 1")
    assert "First response: 5m became 10m" in said
    assert "First response: 10m became nothing" in said
    assert "Waiting for the customer no longer stops the time to resolution." in said
    assert "Reminders: none" in said
    assert "Olga" in said


def test_a_version_is_applied_after_a_look_at_what_follows(desk, as_, at, look):
    sun, mei = as_(desk.sun), as_(desk.mei)
    case = desk.case(holder=desk.mei, now=utcnow())
    policies.change(desk.wallet, targets={FIRST: Asked(3_600)}, by=desk.sun, now=utcnow())
    commit()
    page = sun.get(f"{at}/application").text
    for words in (
        "2 clocks run under an older version.",
        "1 of them would be due at another time.",
        "0 of them would be overdue at once.",
    ):
        assert words in page
    assert sun.post(f"{at}/application").status_code == 303
    assert "still at it" in sun.get(f"{at}/versions").text
    sweeps.apply_policies()
    db.session.refresh(case)
    commit()
    page = sun.get(f"{at}/versions").text
    assert "applied to what ran already, 1 clock changed" in page
    with look() as rows:
        found = rows.query(SlaClock).filter_by(metric="first_response").one()
        assert found.target_seconds == 3_600
    first = next(one for one in panel(mei, case) if one.startswith("First"))
    assert "Sun let version 1 count" in first
    page = sun.post(f"{at}/application")
    assert (page.status_code, "Nothing runs under an older version" in page.text) == (422, True)
