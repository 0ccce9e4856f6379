"""An open page misses nothing: its cursor never passes what it has not drawn, no note is hidden."""

import re

import pytest
from sqlalchemy import select

from support import access, messages, notes
from support.db import commit, db
from support.models import Message
from support.views import lines, thread
from tests.factories import START, later, say


@pytest.fixture
def case(desk):
    return desk.case("My money is gone", holder=desk.mei)


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def ids(text):
    return re.findall(r'<li id="((?:message|note)-\d+)"', text)


def test_older_messages_do_not_move_the_live_cursor(case, desk, mei):
    for number in range(70):
        say(desk.wallet, f"number {number}", now=later(seconds=number))
    commit()
    page = mei.get(f"/conversations/{case.id}").text
    before = re.search(r"messages\?before=(\d+)", page).group(1)
    say(desk.wallet, "Not drawn yet", now=later(minutes=9))
    commit()
    older = mei.get(f"/conversations/{case.id}/messages?before={before}").text
    assert 'name="since" value="0"' in older
    assert 'name="after"' not in older
    assert "Not drawn yet" not in older


def test_what_changed_does_not_move_the_pages_beginning(case, desk, mei):
    parts = mei.get(f"/conversations/{case.id}/messages?after=0&since=0").text
    assert 'name="after"' in parts
    assert 'name="since"' not in parts


@pytest.fixture
def narrow(monkeypatch):
    """Five changes and five notes are as much as goes into one answer."""
    for statements in (thread._changes, lines._between_messages):
        statements.cache_clear()
    monkeypatch.setattr(thread, "MOST_CHANGES", 5)
    monkeypatch.setattr(lines, "MOST", 5)
    yield
    for statements in (thread._changes, lines._between_messages):
        statements.cache_clear()


@pytest.mark.parametrize("kinds", ["messages", "notes", "both"])
def test_a_page_that_is_far_behind_asks_on_until_it_has_everything(case, desk, mei, narrow, kinds):
    start = after = access.look(desk.mei, case.id).cursor
    expected = []
    for number in range(18):
        if kinds != "notes":
            expected.append(f"message-{say(desk.wallet, 'x', now=later(minutes=number)).id}")
        if kinds != "messages":
            expected.append(f"note-{written(case, desk, number).id}")
    first = select(Message).order_by(Message.id)
    messages.edited(db.session.scalar(first), "Edited", [], at=START, now=START)
    commit()
    shown, more = [], True
    while more:
        answer = mei.get(f"/conversations/{case.id}/messages?since=0&after={after}").text
        further = int(re.search(r'name="after" value="(\d+)"', answer)[1])
        more = " data-more" in answer
        assert further > after
        after = further
        shown += ids(answer)
    assert after == access.look(desk.mei, case.id).cursor > start
    assert len(shown) == len(set(shown))
    assert set(expected) < set(shown)
    assert "Edited" in answer


def written(case, desk, number):
    when = later(minutes=number)
    return notes.write(case, f"number {number}", by=desk.mei, now=when, client_key=None)


def test_the_newest_notes_are_there_and_the_others_are_above(case, desk, mei, narrow):
    expected = {f"note-{written(case, desk, number).id}" for number in range(13)}
    commit()
    pages = [mei.get(f"/conversations/{case.id}").text]
    assert "number 12" in pages[0]
    assert "number 0" not in pages[0]
    while found := re.search(r"messages\?before=(\d+)", pages[-1]):
        pages.append(mei.get(f"/conversations/{case.id}/messages?before={found[1]}").text)
    shown = [line for page in pages for line in ids(page)]
    assert len(shown) == len(set(shown)) == 14
    assert expected < set(shown)
    assert len(pages) > 2
