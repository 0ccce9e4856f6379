"""The session page: what stands in the thread, what is fetched later, and what it costs."""

import re

import pytest
from sqlalchemy import select

from support import access, customers, messages, notes
from support.conversations import resolve, take
from support.db import commit, db
from support.models import Conversation, Message
from tests.factories import answer, later, person, say


def lines(response):
    """Return the ids of the thread's lines, in the order of the page."""
    return re.findall(r'<li id="((?:message|note|event|day|new)[^"]*)"', response.text)


def keys(response):
    return re.findall(r'data-key="(\d+)-(\d+)"', response.text)


@pytest.fixture
def case(desk):
    return desk.case("My money is gone", holder=desk.mei)


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def test_the_thread_shows_messages_notes_and_deeds_in_order(case, desk, mei):
    answer(case, "We look", by=desk.mei, now=later(minutes=1))
    notes.write(case, "On chain", by=desk.mei, now=later(minutes=2), client_key=None)
    commit()
    page = mei.get(f"/conversations/{case.id}")
    nouns = [line.split("-")[0] for line in lines(page)]
    assert nouns == ["day", "event", "message", "event", "message", "note"]
    assert [(int(at), int(seq)) for at, seq in keys(page)] == sorted(
        (int(at), int(seq)) for at, seq in keys(page)
    )


def test_a_customers_words_are_text_and_shut_off(case, desk, mei):
    say(desk.wallet, '<img src=x onerror=alert(1)><a hx-get="/logout">x</a>')
    commit()
    page = mei.get(f"/conversations/{case.id}").text
    assert "<img src=x" not in page
    assert '<div class="sb-words" dir="auto" hx-ignore>&lt;img' in page


def test_the_new_line_stands_before_the_first_unread_message(case, desk, mei):
    answer(case, by=desk.mei)
    say(desk.wallet, "And now?", now=later(minutes=3))
    commit()
    shown = lines(mei.get(f"/conversations/{case.id}"))
    assert shown[shown.index("new") + 1] == f"message-{case.last_message_id}"


def test_nobody_but_the_holder_has_a_new_line(case, desk, as_):
    assert "new" not in lines(as_(desk.sun).get(f"/conversations/{case.id}"))


def test_days_are_those_of_the_projects_zone(case, desk, mei):
    say(desk.wallet, "Night", now=later(hours=9))  # 18:00 in UTC, the next day in Tokyo
    desk.wallet.timezone = "Asia/Tokyo"
    commit()
    assert lines(mei.get(f"/conversations/{case.id}")).count("day-2026-11-03") == 1
    desk.wallet.timezone = "UTC"
    commit()
    assert "day-2026-11-03" not in lines(mei.get(f"/conversations/{case.id}"))


def test_older_messages_come_before_with_the_same_days(case, desk, mei):
    for number in range(130):
        say(desk.wallet, f"number {number}", now=later(seconds=number))
    commit()
    first = mei.get(f"/conversations/{case.id}")
    before = re.search(r"messages\?before=(\d+)", first.text).group(1)
    older = mei.get(f"/conversations/{case.id}/messages?before={before}")
    oldest_before = re.search(r"messages\?before=(\d+)", older.text).group(1)
    oldest = mei.get(f"/conversations/{case.id}/messages?before={oldest_before}")
    shown = [line for page in (oldest, older, first) for line in lines(page) if "message" in line]
    assert len(shown) == len(set(shown)) == 131
    assert "before=" not in oldest.text
    assert f'name="since" value="{oldest_before}"' in older.text


def test_the_thread_shows_earlier_conversations_and_not_later_ones(case, desk, mei):
    resolve(case, by=desk.mei, now=later(minutes=1))
    later_one = say(desk.wallet, "Another case", now=later(days=3))
    fresh = db.session.get(Conversation, later_one.conversation_id)
    take(fresh, by=desk.mei, now=later(days=3))
    commit()
    assert fresh.id != case.id
    now, then = mei.get(f"/conversations/{fresh.id}"), mei.get(f"/conversations/{case.id}")
    assert "My money is gone" in now.text
    assert "Another case" in now.text
    assert "Another case" not in then.text.split('id="rows"')[1].split("</ul>")[1]
    assert f'href="/conversations/{case.id}"' in now.text


def test_what_changed_is_fetched_by_number(case, desk, mei):
    cursor = re.search(r'name="after" value="(\d+)"', mei.get(f"/conversations/{case.id}").text)
    after = cursor.group(1)
    url = f"/conversations/{case.id}/messages?after={after}&since=0"
    assert lines(mei.get(url)) == []
    fresh = say(desk.wallet, "More")
    commit()
    assert f"message-{fresh.id}" in lines(mei.get(url))


def test_an_edited_message_is_fetched_again_unless_it_stands_above_the_page(case, desk, mei):
    first = db.session.scalar(select(Message).order_by(Message.id))
    after = access.look(desk.mei, case.id).cursor
    messages.edited(first, "Found it", [], at=later(minutes=1), now=later(minutes=1))
    commit()
    base = f"/conversations/{case.id}/messages?after={after}"
    assert "Found it" in mei.get(f"{base}&since=0").text
    assert "Found it" not in mei.get(f"{base}&since=99").text


def test_a_deed_brings_header_composer_and_profile_along(case, desk, mei):
    after = access.look(desk.mei, case.id).cursor
    customers.blocked(case.customer, now=later(minutes=1))
    commit()
    parts = mei.get(f"/conversations/{case.id}/messages?after={after}&since=0").text
    for part in ("session-head", "composer", "profile", "cursor-after"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob', parts)
    assert "has blocked the bot" in parts


@pytest.mark.parametrize("who", ["mei", "sun", "olga"])
def test_the_session_page_costs_eight_queries_and_one_for_a_colleague_whatever_its_size(
    who, case, desk, as_, queries
):
    browser = as_(getattr(desk, who))
    browser.get(f"/conversations/{case.id}")  # whoever does not hold it: his look is written down
    costs = []
    for number in (1, 25):
        for one in range(number):
            say(desk.wallet, "More", reply_to=1, kind="photo", media=messages.Media("photo"))
            answer(case, "Fine", by=desk.mei)
            notes.write(case, "Note", by=desk.mei, now=later(minutes=one), client_key=None)
            desk.case(who=person(100 * number + one, "X"), holder=desk.mei)
        commit()
        with queries() as seen:
            assert browser.get(f"/conversations/{case.id}").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] <= 8 + (who != "mei")
