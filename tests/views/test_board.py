"""The board: what is due first, what waits, who is here, and what was broken today."""

import re

import pytest
from sqlalchemy import update

from support import groups, live
from support.db import commit, db, utcnow
from support.models import SlaClock
from support.views import dues
from tests.factories import START, answer, later, person
from tests.views.test_surfaces import enter

__all__ = ["enter"]

MIDDAY = START.replace(hour=12)


def clocks(page):
    """Return whose clocks stand on the board, in order."""
    return re.findall(r'class="sb-board-name">([^<]+)', page.text)


def count(page, label):
    return int(re.search(rf"<dt>{label}</dt><dd>(\d+)", page.text).group(1))


def waits(desk, name, *, minutes=0, holder=None):
    """Let a customer of this name have written so long ago."""
    number = 5_560_000 + sum(map(ord, name)) + minutes
    return desk.case(
        who=person(number, name), holder=holder, now=utcnow() - later(minutes=minutes) + START
    )


@pytest.fixture
def busy(desk, mei):
    waits(desk, "Late", minutes=9, holder=mei)
    waits(desk, "Soon", minutes=3)
    waits(desk, "Fresh")
    commit()


def test_what_is_due_first_stands_on_top(busy, desk, enter):
    page = enter("sun").get("/board")
    names = clocks(page)
    assert names[:3] == ["Late", "Soon", "Fresh"]
    assert page.text.index("board-overdue") < page.text.index("board-next")
    assert (count(page, "Running"), count(page, "Overdue")) == (6, 1)
    assert (count(page, "Waiting"), count(page, "Broken today")) == (2, 1)
    assert "Reply is overdue" in page.text
    assert "Reply due in 2 min" in page.text
    assert re.search(r'<time class="sb-due" data-due="\d{13}" data-what="reply"', page.text)


def test_who_may_take_over_is_offered_it_and_an_auditor_is_not(busy, desk, enter):
    for name, offered in (("sun", 2), ("olga", 2), ("ada", 0)):
        assert enter(name).get("/board").text.count("/takeover") == offered
    sun = enter("sun")
    sun.get("/board")
    case = re.search(r"/conversations/(\d+)/takeover", sun.get("/board").text).group(1)
    taken = sun.post(f"/conversations/{case}/takeover", {"expected": desk.mei.id})
    assert taken.status_code == 303
    assert sun.get("/board").text.count("/takeover") == 0


def test_a_board_is_of_the_projects_that_one_watches(busy, desk, enter):
    assert "Market" in enter("olga").get("/board").text
    assert "Market" not in enter("sun").get("/board").text
    olga = enter("olga").get(f"/board?project={desk.market.id}")
    assert clocks(olga) == []
    assert enter("sun").get(f"/board?project={desk.market.id}").status_code == 404


def test_an_agent_sees_no_board_and_no_way_to_it(busy, enter):
    mei = enter("mei")
    assert mei.get("/board").status_code == 403
    assert "/board" not in mei.get("/").text
    assert "/board" in enter("sun").get("/").text


def test_queues_say_how_many_wait_and_since_when(desk, enter):
    frontline = groups.create(desk.wallet, "Frontline", strategy="online_first", by=None, now=START)
    waits(desk, "First", minutes=12)
    waits(desk, "Second")
    commit()
    page = enter("sun").get("/board").text
    assert frontline.name in page
    assert re.search(r"Frontline.*?the longest since.*?data-some>2<", page, re.DOTALL)


def test_people_stand_with_what_they_have_in_hand(desk, mei, enter):
    groups.create(desk.wallet, "Frontline", strategy="online_first", capacity=2, by=None, now=START)
    for name in ("One", "Two"):
        waits(desk, name, holder=mei)
    live.seen(mei.id, now=utcnow())
    commit()
    page = enter("sun").get("/board").text
    found = re.search(
        r"<bdi>Mei</bdi>.*?data-full>.*?sb-board-number\">(\d)<small> / (\d)", page, re.DOTALL
    )
    assert found.groups() == ("2", "2")
    assert page.index("<bdi>Mei</bdi></strong><span>Online") < page.index(
        "<bdi>Ken</bdi></strong><span>Offline"
    )


def test_long_lists_are_cut_and_say_by_how_much(desk, enter, monkeypatch):
    monkeypatch.setattr(dues, "MOST", 3)
    for number in range(4):
        waits(desk, f"Customer {number}", minutes=number)
    commit()
    page = enter("sun").get("/board")
    assert len(clocks(page)) == 3
    assert "and 5 more" in page.text
    assert "board-overdue" not in page.text


def test_the_day_begins_at_midnight_of_the_project(desk, mei):
    desk.wallet.timezone = "Asia/Tokyo"
    late = desk.case(holder=mei, now=START)
    commit()
    assert dues.midnight("Asia/Tokyo", MIDDAY) == START.replace(day=1, hour=15)

    def today(now):
        return dues.counted({desk.wallet.id: "Asia/Tokyo"}, now=now)[desk.wallet.id]

    assert today(MIDDAY).breached == 2
    assert today(MIDDAY).share == 0
    assert today(later(hours=20)).breached == 0
    db.session.execute(update(SlaClock).values(outage=True))
    assert today(MIDDAY).breached == 0
    assert late.id


def test_what_was_kept_counts_once_it_was_due(desk, mei):
    case = desk.case(holder=mei, now=START)
    (reply,) = answer(case, by=mei, now=later(minutes=1))
    from support import messages  # noqa: PLC0415

    messages.accepted(reply, telegram_id=900, at=later(minutes=1), now=later(minutes=1))
    commit()
    found = dues.counted({desk.wallet.id: "UTC"}, now=later(minutes=10))[desk.wallet.id]
    assert (found.met, found.breached, found.running) == (1, 0, 1)


def test_the_board_costs_few_queries_however_many_projects(busy, desk, enter, queries):
    for name in ("olga", "sun"):
        browser = enter(name)
        browser.get("/board")
        with queries() as seen:
            assert browser.get("/board").status_code == 200
        assert len(seen) <= 9, seen
