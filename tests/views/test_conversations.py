"""The session page: what stands in the thread, who may do what, and what a lost one shows."""

import re

import pytest
from sqlalchemy import select

from support import access, customers, messages, notes, transfer
from support.conversations import resolve, take
from support.db import commit, db
from support.models import Conversation, Draft, Message, Note
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


def test_days_are_those_of_the_readers_zone(case, desk, mei):
    say(desk.wallet, "Night", now=later(hours=9))  # 18:00 in UTC, the next day in Tokyo
    commit()
    mei.client.set_cookie("zone", "Asia/Tokyo")
    assert lines(mei.get(f"/conversations/{case.id}")).count("day-2026-11-03") == 1
    mei.client.set_cookie("zone", "UTC")
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
    first = db.session.scalar(select(Message))
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
    for part in ("session-head", "composer", "profile", "cursor"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob', parts)
    assert "has blocked the bot" in parts


# --- writing ---


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


# --- who holds it ---


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
    first = db.session.scalar(select(Message))
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


# --- what it costs ---


@pytest.mark.parametrize("who", ["mei", "sun", "olga"])
def test_the_session_page_costs_ten_queries_whatever_its_size(who, case, desk, as_, queries):
    browser = as_(getattr(desk, who))
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
    assert costs[0] <= 10
