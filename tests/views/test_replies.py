"""What is written on the session page: replies, second tries, notes, drafts, and what was read."""

import pytest
from sqlalchemy import select

from support import messages
from support.db import commit
from support.models import Conversation, Draft, Message, Note
from tests.factories import answer, later, person


@pytest.fixture
def case(desk):
    return desk.case("My money is gone", holder=desk.mei)


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def test_a_reply_is_drawn_by_the_partial_of_the_page(case, desk, mei, look):
    fields = {"text": "Looking", "client_key": "k1"}
    reply = mei.post(f"/conversations/{case.id}/messages", fields, htmx=True)
    with look() as rows:
        made = rows.scalar(select(Message).where(Message.direction == "out"))
    assert f'id="message-{made.id}"' in reply.text
    assert 'data-state="waiting"' in reply.text
    assert 'data-click="k1:0"' in reply.text


def test_the_same_click_twice_is_one_message(case, desk, mei, look):
    fields = {"text": "Once", "client_key": "k1"}
    for _ in range(2):
        assert mei.post(f"/conversations/{case.id}/messages", fields, htmx=True).status_code == 200
    with look() as rows:
        assert len(rows.scalars(select(Message).where(Message.text == "Once")).all()) == 1


def test_a_plain_form_is_sent_back_to_the_page(case, desk, mei):
    answer = mei.post(f"/conversations/{case.id}/messages", {"text": "Plain"})
    assert (answer.status_code, answer.location) == (303, f"/conversations/{case.id}")


@pytest.mark.parametrize("fields", [{"text": " "}, {"text": "x" * 20_001}])
def test_nothing_and_too_much_are_refused_beside_the_thread(case, desk, mei, fields):
    refused = mei.post(f"/conversations/{case.id}/messages", fields, htmx=True)
    assert refused.status_code == 422
    assert refused.headers["HX-Retarget"] == "#status"


def test_only_the_holder_replies(case, desk, as_):
    sun = as_(desk.sun)
    refused = sun.post(f"/conversations/{case.id}/messages", {"text": "Me too"}, htmx=True)
    assert refused.status_code == 409
    assert "Only Mei may reply" in refused.text


def test_a_note_never_becomes_a_message(case, desk, as_, look):
    sun = as_(desk.sun)
    drawn = sun.post(f"/conversations/{case.id}/notes", {"text": "Careful"}, htmx=True)
    assert "sb-note" in drawn.text
    with look() as rows:
        assert rows.scalar(select(Note.text)) == "Careful"
        assert rows.scalar(select(Message).where(Message.text == "Careful")) is None


def test_a_failed_message_is_tried_again_or_thrown_away(case, desk, mei, look):
    (first,) = answer(case, "One", by=desk.mei)
    (second,) = answer(case, "Two", by=desk.mei)
    for message in (first, second):
        messages.failed(message, "Telegram said 100 % no", now=later(minutes=1))
    commit()
    page = mei.get(f"/conversations/{case.id}").text
    assert page.count("Telegram said 100 % no") == 2
    base = f"/conversations/{case.id}/messages"
    assert 'data-state="waiting"' in mei.post(f"{base}/{first.id}/retry", htmx=True).text
    gone = mei.post(f"{base}/{second.id}/discard", htmx=True).text
    assert "hidden" in gone
    assert "Two" not in gone


def test_a_message_of_another_conversation_is_not_there(case, desk, mei):
    other = desk.case(who=person(2, "Other"), holder=desk.mei)
    (message,) = answer(other, by=desk.mei)
    commit()
    url = f"/conversations/{case.id}/messages/{message.id}/retry"
    assert mei.post(url, htmx=True).status_code == 404


def test_drafts_are_kept_per_mode_and_forgotten_when_sent(case, desk, mei, look):
    for mode, text in (("reply", "Dear"), ("note", "Hm")):
        sent = mei.post(f"/conversations/{case.id}/drafts", {"mode": mode, "text": text}, htmx=True)
        assert sent.status_code == 204
    page = mei.get(f"/conversations/{case.id}").text
    assert ">Dear</textarea>" in page
    assert ">Hm</textarea>" in page
    mei.post(f"/conversations/{case.id}/messages", {"text": "Dear"}, htmx=True)
    with look() as rows:
        assert rows.scalars(select(Draft.mode)).all() == ["note"]


def test_reading_takes_the_count_away_and_only_for_the_holder(case, desk, mei, as_, look):
    url, upto = f"/conversations/{case.id}/reading", {"upto": 999}
    assert as_(desk.sun).post(url, upto, htmx=True).status_code == 204
    with look() as rows:
        assert rows.get(Conversation, case.id).unread_count == 1
    mei.post(url, upto, htmx=True)
    with look() as rows:
        read = rows.get(Conversation, case.id)
        assert read.unread_count == 0
        assert read.read_seq <= read.customer.seq
