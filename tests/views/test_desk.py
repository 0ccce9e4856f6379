"""Who holds a conversation: taken, put back, taken over, handed on; and what the loser sees."""

import re

import pytest
from sqlalchemy import select

from support import customers, messages, transfer
from support.conversations import take
from support.db import commit, db
from support.models import Conversation, Message
from tests.factories import answer, later


@pytest.fixture
def case(desk):
    return desk.case("My money is gone", holder=desk.mei)


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def test_taking_unlocks_the_composer(desk, mei):
    waiting = desk.case()
    assert 'data-lock="locked"' in mei.get(f"/conversations/{waiting.id}").text
    taken = mei.post(f"/conversations/{waiting.id}/assignment", {"after": 0}, htmx=True)
    assert 'data-lock=""' in taken.text


def test_who_comes_second_hears_who_was_faster(desk, mei):
    waiting = desk.case()
    mei.get(f"/conversations/{waiting.id}")
    take(waiting, by=desk.ken, now=later(minutes=1))
    commit()
    late = mei.post(f"/conversations/{waiting.id}/assignment", htmx=True)
    assert late.status_code == 404  # it is no longer his to see
    assert mei.get(f"/conversations/{waiting.id}").status_code == 404


def test_putting_back_empties_the_desk(case, desk, mei, look):
    assert mei.post(f"/conversations/{case.id}/release").status_code == 303
    with look() as rows:
        assert rows.get(Conversation, case.id).assignee_id is None


def test_a_takeover_needs_the_holder_whom_the_page_showed(case, desk, as_):
    sun = as_(desk.sun)
    wrong = sun.post(f"/conversations/{case.id}/takeover", {"expected": desk.ken.id}, htmx=True)
    assert wrong.status_code == 409
    right = sun.post(f"/conversations/{case.id}/takeover", {"expected": desk.mei.id}, htmx=True)
    assert 'data-lock=""' in right.text


def test_an_agent_takes_nothing_over(case, desk, as_):
    ken = as_(desk.ken)
    url = f"/conversations/{case.id}/takeover"
    assert ken.post(url, {"expected": desk.mei.id}, htmx=True).status_code == 404


def test_the_dialog_shows_presence_load_and_role(case, desk, mei):
    dialog = mei.get(f"/conversations/{case.id}/transfers/dialog").text
    for words in ("Ken", "Sun", "Supervisor", "Olga", "Owner", "offline", "0 open"):
        assert words in dialog
    assert "Zoe" not in dialog
    assert "Ada" not in dialog
    assert f'value="{desk.mei.id}"' not in dialog


def test_a_transfer_locks_the_page_that_asked(case, desk, mei):
    fields = {"to": desk.ken.id, "note": "Tried twice", "after": 0}
    parts = mei.post(f"/conversations/{case.id}/transfers", fields, htmx=True).text
    assert 'data-lock="locked"' in parts
    assert "You handed this conversation to Ken" in parts
    assert "Tried twice" in parts


def test_a_mandatory_note_is_asked_for(case, desk, mei):
    desk.wallet.transfer_note = "mandatory"
    commit()
    dialog = mei.get(f"/conversations/{case.id}/transfers/dialog").text
    assert re.search(r"<textarea[^>]+required", dialog)
    refused = mei.post(f"/conversations/{case.id}/transfers", {"to": desk.ken.id}, htmx=True)
    assert refused.status_code == 422


def test_a_lost_conversation_stands_as_it_was(case, desk, mei):
    first = db.session.scalar(select(Message).order_by(Message.id))
    (sent,) = answer(case, "On its way", by=desk.mei)
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    when = later(minutes=2)
    messages.edited(first, "EDITED", [], at=when, now=when)
    messages.accepted(sent, telegram_id=77, at=when, now=when)
    customers.blocked(case.customer, now=when)
    commit()
    page = mei.get(f"/conversations/{case.id}").text
    assert "My money is gone" in page
    assert "EDITED" not in page
    assert 'data-state="waiting"' in page
    assert "locked" in page
    for word in ("accepted", "edited", "blocked"):
        assert f">{word}" not in page


def test_a_lost_conversation_is_gone_where_the_project_says_so(case, desk, mei):
    desk.wallet.after_transfer = "nothing"
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    commit()
    assert mei.get(f"/conversations/{case.id}").status_code == 404
    gone = mei.get(
        f"/conversations/{case.id}/messages?after=0&since=0", headers={"HX-Request": "true"}
    )
    assert gone.status_code == 404
    assert gone.headers["HX-Retarget"] == "#session"
    assert "not on your desk any more" in gone.text


def test_who_lost_it_hears_his_successor_and_no_later_one(case, desk, mei):
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    transfer.transfer(case, to=desk.sun, by=desk.ken, note="", now=later(minutes=2))
    commit()
    refused = mei.post(f"/conversations/{case.id}/messages", {"text": "Hello?"}, htmx=True)
    assert refused.status_code == 409
    assert "Ken" in refused.text
    assert "Sun" not in refused.text


def test_a_stranger_to_the_project_is_not_named(case, desk, mei):
    refused = mei.post(f"/conversations/{case.id}/transfers", {"to": desk.zoe.id}, htmx=True)
    assert refused.status_code == 404
    assert "Zoe" not in refused.text
    named = mei.post(f"/conversations/{case.id}/transfers", {"to": desk.ada.id}, htmx=True)
    assert named.status_code == 422
    assert "Ada" in named.text
