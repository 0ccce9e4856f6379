"""What an agent who had to let a conversation go still sees: the thread as it stood, no later."""

import re

import pytest
from sqlalchemy import select

from support import conversations, messages, notes, transfer
from support.db import commit, db
from support.models import Conversation, Message
from tests.factories import answer, later, say


@pytest.fixture
def case(desk):
    return desk.case("My money is gone", holder=desk.mei)


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def first():
    return db.session.scalar(select(Message).order_by(Message.seq))


def hand_over(case, desk, minutes=5):
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=minutes))
    commit()


def page_of(browser, case):
    """Return the pane alone: the list beside it shows other words."""
    return browser.get(f"/conversations/{case.id}/session").text


def test_an_edit_is_late_by_its_number_whatever_telegrams_clock_says(case, desk, mei):
    hand_over(case, desk)
    messages.edited(first(), "CHANGED", [], at=later(minutes=1), now=later(minutes=9))
    commit()
    page = page_of(mei, case)
    assert "My money is gone" in page
    assert "CHANGED" not in page
    assert "sb-edited" not in page


def test_an_edit_that_he_saw_stays_and_a_later_one_does_not(case, desk, mei):
    messages.edited(first(), "Seen", [], at=later(minutes=90), now=later(minutes=1))
    hand_over(case, desk)
    assert "sb-edited" in page_of(mei, case)
    messages.edited(first(), "CHANGED", [], at=later(minutes=91), now=later(minutes=9))
    commit()
    page = page_of(mei, case)
    assert "Seen" in page
    assert "sb-edited" in page
    assert "CHANGED" not in page


@pytest.mark.parametrize("deed", ["edited", "deleted"])
def test_a_quote_has_the_words_of_then(case, desk, mei, as_, deed):
    quoted = say(desk.wallet, "Two coins", telegram_id=900)
    say(desk.wallet, "As I said", reply_to=900, now=later(minutes=1))
    hand_over(case, desk)
    if deed == "edited":
        when = {"at": later(minutes=1), "now": later(minutes=9)}
        messages.edited(quoted, "CHANGED", [], **when)
    else:
        messages.deleted(quoted, now=later(minutes=9))
    commit()
    page = page_of(mei, case)
    assert page.count("Two coins") == 2
    assert "CHANGED" not in page
    assert "was deleted" not in page
    now = page_of(as_(desk.ken), case)
    assert now.count("Two coins") == 0
    assert now.count("CHANGED") == (2 if deed == "edited" else 0)


def test_what_was_deleted_before_stays_deleted(case, desk, mei):
    messages.deleted(first(), now=later(minutes=1))
    hand_over(case, desk)
    assert "was deleted" in page_of(mei, case)
    assert "My money is gone" not in page_of(mei, case)


def test_a_planted_quote_shows_nothing_of_what_was_said_later(case, desk, mei):
    say(desk.wallet, "I quote ahead", reply_to=901)
    hand_over(case, desk)
    say(desk.wallet, "SECRET", telegram_id=901, now=later(minutes=9))
    commit()
    page = page_of(mei, case)
    assert "I quote ahead" in page
    assert "SECRET" not in page


@pytest.fixture
def two_cases(case, desk):
    """Give a case that Mei handed to Ken, changed since, and the customer's next one, Mei's."""
    notes.write(case, "Her note", by=desk.mei, now=later(minutes=1), client_key=None)
    answer(case, "Her answer", by=desk.mei, now=later(minutes=2))
    hand_over(case, desk)
    messages.edited(first(), "CHANGED", [], at=later(minutes=1), now=later(minutes=9))
    conversations.resolve(case, by=desk.ken, now=later(minutes=10))
    fresh = say(desk.wallet, "Another case", now=later(days=3))
    second = db.session.get_one(Conversation, fresh.conversation_id)
    assert second.id != case.id
    conversations.take(second, by=desk.mei, now=later(days=3))
    commit()
    return case, second


def test_a_case_that_was_taken_is_not_read_through_another_one(two_cases, desk, mei):
    desk.wallet.earlier_conversations = False
    commit()
    old, second = two_cases
    page = page_of(mei, second)
    assert "Another case" in page
    for word in ("CHANGED", "Her note", "Her answer", "handed"):
        assert word not in page
    page = page_of(mei, old)
    assert "My money is gone" in page
    assert "Her note" in page
    assert "CHANGED" not in page


def test_a_case_that_is_open_to_him_now_is_read_whole_through_another_one(two_cases, mei):
    page = page_of(mei, two_cases[1])
    assert "CHANGED" in page
    assert "Her note" in page
    assert re.search(r"My money is gone", page) is None


def test_nothing_reaches_a_page_beyond_the_end_of_his_sight(case, desk, mei):
    hand_over(case, desk)
    after = re.search(r'name="after" value="(\d+)"', page_of(mei, case)).group(1)
    messages.deleted(first(), now=later(minutes=9))
    commit()
    url = f"/conversations/{case.id}/messages?since=0&after="
    assert "message-" not in mei.get(f"{url}{after}").text
    assert "message-" in mei.get(f"{url}0").text
