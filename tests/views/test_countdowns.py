"""Countdowns: absolute instants on rows and head, in words without scripts, for those concerned."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from support import calendars, messages, status, transfer
from support.db import commit, utcnow
from support.models import Project
from support.sla import countdown, policies
from support.sla.promise import Asked
from support.sla.stages import Stage
from tests.factories import START, answer, later, person, say

pytestmark = pytest.mark.one_database
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FIRST = ("standard", "first_response")


def millis(at):
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def faces(page):
    """Return what each countdown of a page says: instants, kind, whose."""
    found = re.findall(r'<time class="sb-due"([^>]*)>', page)
    return [dict(re.findall(r'data-([a-z]+)="([^"]*)"', one)) for one in found]


def accepted(reply, at):
    messages.accepted(reply, telegram_id=90_000 + reply.id, at=at, now=at)


def test_a_row_carries_the_instant_and_says_it_in_words(desk, as_):
    desk.case(who=person(1, "Maria"), holder=desk.mei)
    page = as_(desk.mei).get("/").text
    (face,) = faces(page)
    due = later(minutes=5)
    assert face == {
        "due": str(millis(due)),
        "soon": str(millis(later(minutes=4))),
        "what": "reply",
        "who": "Maria",
    }
    assert "Reply by 2 Nov 09:05" in page


def test_the_first_due_of_several_clocks_is_counted(desk, as_):
    case = desk.case(holder=desk.mei)
    (reply,) = answer(case, by=desk.mei, now=later(minutes=1))
    accepted(reply, later(minutes=1))
    commit()
    (face,) = faces(as_(desk.mei).get("/").text)
    assert (face["what"], face["due"]) == ("resolution", str(millis(later(minutes=30))))


def test_what_rests_says_that_its_clock_stands(desk, as_):
    case = desk.case(holder=desk.mei)
    (reply,) = answer(case, by=desk.mei, now=later(minutes=1))
    accepted(reply, later(minutes=1))
    status.wait(case, by=desk.mei, now=later(minutes=2))
    commit()
    page = as_(desk.mei).get("/").text
    assert faces(page) == []
    assert "Resolution: paused" in page


def test_soon_is_the_last_share_at_which_the_policy_reminds(desk, as_):
    stages = [Stage(percent=25, to=("assignee",)), Stage(percent=60, to=("assignee",))]
    policies.change(desk.wallet, stages=stages, by=desk.sun, now=START)
    desk.case(holder=desk.mei)
    (face,) = faces(as_(desk.mei).get("/").text)
    assert face["soon"] == str(millis(later(minutes=3)))


def test_closed_hours_stand_on_the_countdown(desk, as_):
    office = calendars.create(desk.wallet, "Office", weekly=OFFICE, by=desk.olga, now=START)
    policies.change(desk.wallet, targets={FIRST: Asked(3_600, office)}, by=desk.sun, now=START)
    evening = datetime(2026, 11, 6, 16, 30, tzinfo=UTC)  # a Friday
    desk.case(holder=desk.mei, now=evening)
    faces_ = faces(as_(desk.mei).get("/").text)
    monday = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
    closes = datetime(2026, 11, 6, 17, 0, tzinfo=UTC)
    due = monday + timedelta(minutes=30)
    assert faces_ != []
    resolution = millis(evening + timedelta(minutes=30))
    assert faces_[0]["due"] == str(resolution)
    shape = countdown.of(
        *("first_response", due, evening, 3_600, None),
        calendar_version_id=office.current.id,
    )
    assert shape.closed == f"{millis(closes)}-{millis(monday)}"
    assert shape.soon == millis(due - timedelta(minutes=12))


def test_the_share_that_is_left_is_counted_over_the_night():
    evening = datetime(2026, 11, 5, 16, 30, tzinfo=UTC)
    spans = [
        (evening, evening + timedelta(minutes=30)),
        (evening + timedelta(hours=16, minutes=30), evening + timedelta(hours=16, minutes=40)),
    ]
    left = countdown._before(spans, spans[-1][1], timedelta(minutes=15))
    assert left == evening + timedelta(minutes=25)
    everything = countdown._before(spans, spans[-1][1], timedelta(hours=2))
    assert everything == evening


def test_the_head_counts_too_and_leads_to_every_clock(desk, as_):
    case = desk.case(holder=desk.mei)
    page = as_(desk.mei).get(f"/conversations/{case.id}/session").text
    (face,) = faces(page)
    assert face["due"] == str(millis(later(minutes=5)))
    assert f'href="/conversations/{case.id}/clocks"' in page


def test_what_the_customer_writes_brings_the_new_countdown_along(desk, as_):
    case = desk.case(holder=desk.mei)
    (reply,) = answer(case, by=desk.mei, now=later(minutes=1))
    accepted(reply, later(minutes=1))
    commit()
    browser = as_(desk.mei)
    url = f"/conversations/{case.id}/messages?after={case.customer.seq}&since=0"
    say(desk.wallet, "And now?", now=later(minutes=2))
    commit()
    page = browser.get(url).text
    assert 'id="due"' in page
    assert faces(page)[0]["due"] == str(millis(later(minutes=7)))


def test_who_let_it_go_sees_no_countdown(desk, as_):
    case = desk.case(holder=desk.mei)
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    commit()
    page = as_(desk.mei).get(f"/conversations/{case.id}/session").text
    assert faces(page) == []


def test_every_answer_says_the_servers_time(desk, as_):
    before = millis(utcnow())
    answer_ = as_(desk.mei).get("/counters")
    assert before - 1 <= int(answer_.headers["X-Server-Now"]) <= millis(utcnow()) + 1
    page = as_(desk.mei).get("/").text
    assert re.search(r'<body[^>]* data-now="\d{13}"', page)


def order(page):
    return re.findall(r'<bdi class="sb-case-name">([^<]+)</bdi>', page)


@pytest.fixture
def three(desk):
    """Ann is due at 5, Bob answered and due at 30, Cid has just written and is due at 13."""
    desk.case(who=person(1, "Ann"), holder=desk.mei)
    bob = desk.case(who=person(2, "Bob"), holder=desk.mei)
    (reply,) = answer(bob, by=desk.mei, now=later(minutes=1))
    accepted(reply, later(minutes=1))
    desk.case(who=person(3, "Cid"), holder=desk.mei, now=later(minutes=8))
    quiet = desk.case(who=person(4, "Dan"), holder=desk.mei, now=later(minutes=9))
    (reply,) = answer(quiet, by=desk.mei, now=later(minutes=10))
    accepted(reply, later(minutes=10))
    status.wait(quiet, by=desk.mei, now=later(minutes=11))
    commit()
    return desk


@pytest.mark.parametrize(("who", "view"), [("mei", "mine"), ("sun", "all"), ("olga", "all")])
def test_what_is_due_first_stands_first_on_request(who, view, three, as_):
    browser = as_(getattr(three, who))
    assert order(browser.get(f"/?view={view}").text) == ["Dan", "Cid", "Bob", "Ann"]
    page = browser.get(f"/?view={view}&order=due").text
    assert order(page) == ["Ann", "Cid", "Bob", "Dan"]
    assert 'name="order" value="due"' in page
    project = three.wallet.id
    narrowed = browser.get(f"/?view={view}&order=due&project={project}").text
    assert order(narrowed) == ["Ann", "Cid", "Bob", "Dan"]


@pytest.mark.parametrize(("who", "view"), [("mei", "mine"), ("sun", "all")])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_order_is_paged_without_gap_or_repeat(who, view, count, three, as_):
    for number in range(4):
        case = three.case(who=person(20 + number, f"N{number}"), holder=three.mei)
        policies_off(case, three)
    browser = as_(getattr(three, who))
    whole = order(browser.get(f"/rows?view={view}&order=due").text)
    seen, url = [], f"/rows?view={view}&order=due&count={count}"
    while url:
        page = browser.get(url).text
        seen += order(page)
        more = re.search(r'hx-get="(/rows[^"]*before=[^"]*)"', page)
        url = more.group(1).replace("&amp;", "&") + f"&count={count}" if more else ""
    assert seen == whole
    assert len(seen) == 8


def policies_off(case, desk):
    """Park it, answered: it is due at no time."""
    (reply,) = answer(case, by=desk.mei, now=later(minutes=1))
    accepted(reply, later(minutes=1))
    status.wait(case, by=desk.mei, now=later(minutes=2))
    commit()


def test_the_order_leads_on_through_views_and_rows_and_back(three, as_):
    page = as_(three.mei).get("/?order=due").text
    assert 'href="/?view=unassigned&amp;order=due"' in page
    assert re.search(r'data-row="\d+"', page)
    assert "?order=due" in page
    assert re.search(r'<a class="btn sb-order"[^>]*href="/"[^>]*aria-current', page)
    assert 'class="btn sb-order"' not in as_(three.mei).get("/?view=resolved&order=due").text


def test_the_inbox_by_due_costs_no_query_more(three, as_, queries):
    browser = as_(three.sun)
    with queries() as seen:
        assert browser.get("/?view=all&order=due").status_code == 200
    assert len(seen) <= 3


def test_calendars_cost_one_query_more_whatever_their_number(three, as_, queries, look):
    browser = as_(three.sun)
    weeks = [
        calendars.create(three.wallet, f"C{n}", weekly=OFFICE, by=None, now=START) for n in (1, 2)
    ]
    asked = {
        FIRST: Asked(60, weeks[0]),
        ("standard", "resolution"): Asked(7_200, weeks[1]),
    }
    policies.change(three.wallet, targets=asked, by=None, now=later(minutes=20))
    commit()
    for number in range(3):
        three.case(who=person(40 + number, f"M{number}"), now=later(minutes=21 + number))
    with look() as rows:
        assert rows.get(Project, three.wallet.id).sla_stamp
    with queries() as seen:
        assert browser.get("/?view=all&order=due").status_code == 200
    assert len(seen) <= 4
