"""The gate: what needs care is stopped before it leaves, recorded, and sent only as agreed."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from support import conversations, drafts, messages, risk, sweeps, transfer
from support.db import commit, db
from support.models import (
    Conversation,
    Event,
    EventKind,
    Message,
    RiskAttempt,
)
from support.refusals import AttemptSettled, NotAllowed, NotAssignee, RiskUnchecked
from support.risk import lists
from tests import factories
from tests.factories import START, answer, later

USDT = "Send it to T9yDxyz please"


def sent():
    return list(db.session.scalars(select(Message).where(Message.direction == "out")))


def attempts():
    return list(db.session.scalars(select(RiskAttempt).order_by(RiskAttempt.id)))


def outcomes():
    return [attempt.outcome for attempt in attempts()]


@pytest.fixture
def case(desk, mei):
    return desk.case(holder=mei)


def test_without_a_list_nothing_is_asked(case, mei, queries):
    with queries() as seen:
        answer(case, USDT, by=mei)
    assert not [one for one in seen if "risk_" in one and "INSERT INTO message" not in one]
    assert [message.risk_stamp for message in sent()] == [""]


def test_a_clean_reply_leaves_and_names_its_list(case, mei, wallet, frozen):
    (message,) = answer(case, "We look at it", by=mei)
    assert message.risk_stamp == wallet.risk_stamp != ""
    assert message.risk_attempt_id is None


def test_a_fragment_stops_a_reply_and_is_on_record(case, mei, wallet, frozen):
    attempt = answer(case, USDT, by=mei, now=later(minutes=1))
    assert (attempt.is_stopped, attempt.stop, attempt.outcome) == (True, "confirm", "waiting")
    assert (attempt.agent_id, attempt.conversation_id) == (mei.id, case.id)
    assert (attempt.stamp, attempt.surface, attempt.text) == (wallet.risk_stamp, "reply", USDT)
    assert attempt.expires_at == later(minutes=6)
    (hit,) = attempt.hits
    assert (hit.group_id, hit.group_name, hit.word) == (frozen.id, "Frozen addresses", "T9yD")
    assert attempt.text[hit.starts : hit.ends] == "T9yD"
    assert sent() == []


def test_what_was_stopped_stays_as_a_draft(case, mei, frozen):
    answer(case, USDT, by=mei, drafted="Send it")
    assert drafts.find(case, mode="reply", by=mei).text == USDT


def test_what_was_typed_since_is_not_overwritten(case, mei, frozen):
    drafts.save(case, "something else", mode="reply", by=mei, now=START)
    db.session.flush()
    answer(case, USDT, by=mei, drafted=USDT)
    assert drafts.find(case, mode="reply", by=mei).text == "something else"


def test_confirmed_with_its_token_it_is_sent_once(case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    (message,) = answer(case, USDT, by=mei, token=attempt.token, reason="his own address")
    assert (attempt.outcome, attempt.reason) == ("confirmed", "his own address")
    assert (attempt.used_at, attempt.message_id) == (START, message.id)
    assert message.risk_attempt_id == attempt.id
    assert drafts.find(case, mode="reply", by=mei) is None
    again = answer(case, USDT, by=mei, token=attempt.token)
    assert (again.is_stopped, again.id == attempt.id) == (True, False)


def test_colleagues_see_that_it_was_sent_after_a_warning(case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    (message,) = answer(case, USDT, by=mei, token=attempt.token, reason="agreed by phone")
    event = db.session.scalar(select(Event).where(Event.kind == EventKind.RISK_CONFIRMED))
    assert event.data == {"attempt": attempt.id, "words": "T9yD", "why": "agreed by phone"}
    assert event.seq < message.seq


def test_the_token_is_nowhere_in_the_rows(case, mei, frozen, engine):
    token = answer(case, USDT, by=mei).token
    commit()
    with engine.connect() as connection:
        (row,) = connection.execute(select(*RiskAttempt.__table__.columns)).all()
    assert token
    assert token not in [value for value in row if isinstance(value, str)]


def test_the_token_is_good_for_this_text_alone(case, mei, frozen):
    token = answer(case, USDT, by=mei).token
    assert answer(case, f"{USDT}!", by=mei, token=token).is_stopped
    assert outcomes() == ["waiting", "waiting"]


def test_the_token_is_good_for_this_quote_alone(case, mei, frozen, wallet):
    said = db.session.scalar(select(Message).where(Message.direction == "in"))
    token = answer(case, USDT, by=mei).token
    assert answer(case, USDT, by=mei, token=token, reply_to=said.telegram_id).is_stopped


def test_the_token_is_good_for_these_files_alone(case, mei, frozen):
    def with_file(name, size, **others):
        file = messages.Upload(path="aa/1", file_name=name, mime="text/plain", size=size)
        return answer(case, USDT, by=mei, uploads=(file,), **others)

    token = with_file("a.txt", 9).token
    assert with_file("b.txt", 9, token=token).is_stopped
    assert with_file("a.txt", 10, token=token).is_stopped
    assert not isinstance(with_file("a.txt", 9, token=token), RiskAttempt)


def test_the_token_is_good_for_this_agent_alone(desk, case, mei, frozen):
    token = answer(case, USDT, by=mei).token
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=START)
    assert answer(case, USDT, by=desk.ken, token=token).is_stopped


def test_the_token_is_good_for_this_conversation_alone(desk, case, mei, frozen):
    other = desk.case(holder=mei, who=factories.person(5_550_077))
    token = answer(case, USDT, by=mei).token
    assert answer(other, USDT, by=mei, token=token).is_stopped


def test_after_five_minutes_the_token_is_late(case, mei, frozen):
    token = answer(case, USDT, by=mei).token
    late = answer(case, USDT, by=mei, token=token, now=later(minutes=5))
    assert late.is_stopped
    first = attempts()[0]
    commit()
    sweeps.each(
        lambda: risk.due(now=later(minutes=5)), risk.expire, now=later(minutes=5), of=RiskAttempt
    )
    db.session.refresh(first)
    assert first.outcome == "expired"


def test_cancelled_it_is_recorded_and_its_token_is_worth_nothing(desk, case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    with pytest.raises(NotAllowed):
        risk.cancel(attempt, by=desk.ken, now=START)
    risk.cancel(attempt, by=mei, now=later(seconds=9))
    assert (attempt.outcome, attempt.settled_at) == ("cancelled", later(seconds=9))
    with pytest.raises(AttemptSettled):
        risk.cancel(attempt, by=mei, now=later(seconds=10))
    assert answer(case, USDT, by=mei, token=attempt.token).is_stopped


def test_what_is_blocked_has_no_token(case, mei, banned):
    attempt = answer(case, "Guaranteed profit!", by=mei)
    assert (attempt.stop, attempt.outcome, attempt.token) == ("block", "blocked", "")
    assert attempt.token_digest is None
    with pytest.raises(AttemptSettled):
        risk.cancel(attempt, by=mei, now=START)


def test_the_strictest_rule_decides(case, mei, frozen, banned):
    attempt = answer(case, f"{USDT}, guaranteed profit", by=mei)
    assert attempt.stop == "block"
    assert {hit.action for hit in attempt.hits} == {"block", "confirm"}


def test_only_the_words_of_this_project_count(desk, case, mei, words):
    words("Elsewhere", "T9yD", kind="fragment", projects=[desk.market])
    assert not isinstance(answer(case, USDT, by=mei), RiskAttempt)


@pytest.mark.parametrize("state", ["paused_at", "removed_at"])
def test_a_group_that_rests_stops_nothing(case, mei, wallet, frozen, state):
    setattr(frozen, state, START)
    risk.restamp([wallet.id])
    assert wallet.risk_stamp == ""
    assert not isinstance(answer(case, USDT, by=mei), RiskAttempt)


def test_own_addresses_alone_are_a_list_too(wallet, own):
    own("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8")
    assert wallet.risk_stamp != ""


def test_some_words_count_in_escalated_conversations_only(case, mei, words):
    words("Later", "lawyer", only_escalated=True)
    assert not isinstance(answer(case, "our lawyer", by=mei), RiskAttempt)
    case.tier = "urgent"
    assert answer(case, "our lawyer", by=mei).is_stopped


def test_what_begins_in_a_caption_ends_in_no_file_name(case, mei, frozen):
    files = [
        messages.Upload(path=f"aa/{name}", file_name=name, mime="text/plain", size=9)
        for name in ("9y.txt", "Dxyz.txt")
    ]
    attempt = answer(case, "Send it to T", by=mei, uploads=tuple(files))
    assert (attempt.surface, attempt.outcome) == ("file_name", "waiting")
    assert isinstance(answer(case, "Send it", by=mei, uploads=tuple(files)), list)


def test_captions_and_file_names_are_looked_at(case, mei, frozen):
    file = messages.Upload(path="aa/1", file_name="T9yD.pdf", mime="application/pdf", size=9)
    attempt = answer(case, "here", by=mei, uploads=(file,))
    assert (attempt.surface, attempt.text) == ("file_name", "here\nT9yD.pdf")
    (hit,) = attempt.hits
    assert attempt.text[hit.starts : hit.ends] == "T9yD"
    clean = messages.Upload(path="aa/2", file_name="a.pdf", mime="application/pdf", size=9)
    assert answer(case, USDT, by=mei, uploads=(clean,)).surface == "caption"


def test_a_text_is_looked_at_as_a_whole_however_it_is_cut(case, mei, frozen):
    text = "x" * 4_094 + "T9yD"
    assert answer(case, text, by=mei).is_stopped


def test_any_text_can_be_written_down(case, mei, frozen):
    attempt = answer(case, f"\0 {USDT} \ud800 \u202e", by=mei, reason="\0")
    commit()
    (hit,) = [hit for hit in attempt.hits if hit.kind == "fragment"]
    assert attempt.text[hit.starts : hit.ends] == "T9yD"


def test_what_two_agents_say_in_two_messages_is_one_text(desk, case, mei, frozen):
    answer(case, "The address begins with T9", by=mei)
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=START)
    attempt = answer(case, "yD and goes on", by=desk.ken, now=later(minutes=9))
    (hit,) = attempt.hits
    assert (hit.starts, attempt.text[hit.starts : hit.ends]) == (0, "yD")


def test_what_was_said_long_ago_is_no_part_of_it(case, mei, frozen):
    answer(case, "The address begins with T9", by=mei)
    assert not isinstance(answer(case, "yD", by=mei, now=later(minutes=11)), RiskAttempt)


def test_what_the_customer_says_between_breaks_nothing(desk, case, mei, wallet, frozen):
    answer(case, "T9", by=mei)
    for number in range(60):
        factories.say(wallet, f"and? {number}", now=later(seconds=number))
    assert answer(case, "yD", by=mei, now=later(minutes=2)).is_stopped


def test_what_another_project_said_to_the_same_telegram_user_counts(desk, case, mei, frozen):
    said = factories.say(desk.market, "hello")
    there = db.session.get_one(Conversation, said.conversation_id)
    conversations.take(there, by=desk.zoe, now=START)
    answer(there, "T9", by=desk.zoe)
    assert answer(case, "yD", by=mei).is_stopped


def test_what_failed_was_never_said(case, mei, frozen):
    (message,) = answer(case, "T9", by=mei)
    messages.failed(message, "no", now=START)
    assert not isinstance(answer(case, "yD", by=mei), RiskAttempt)


def test_a_failed_message_passes_the_gate_again(case, mei, words):
    (message,) = answer(case, USDT, by=mei)
    messages.failed(message, "no", now=START)
    words("Frozen addresses", "T9yD", kind="fragment")
    attempt = messages.retry(message, by=mei, now=later(minutes=1))
    assert (attempt.is_stopped, message.state, message.risk_stamp) == (True, "failed", "")
    assert messages.retry(message, by=mei, now=later(minutes=2), token=attempt.token) is None
    assert (message.state, message.risk_attempt_id) == ("waiting", attempt.id)
    assert attempt.outcome == "confirmed"


def test_what_was_agreed_to_is_tried_again_without_a_question(case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    (message,) = answer(case, USDT, by=mei, token=attempt.token)
    messages.failed(message, "no", now=START)
    assert messages.retry(message, by=mei, now=later(minutes=1)) is None


def test_agreed_to_some_words_is_not_agreed_to_new_ones(case, mei, frozen, words):
    attempt = answer(case, USDT, by=mei)
    words("Never", "please", action="block")
    again = answer(case, USDT, by=mei, token=attempt.token)
    assert (again.stop, attempt.is_stopped) == ("block", True)


def test_the_same_click_after_the_confirmation_is_one_message(case, mei, frozen):
    attempt = answer(case, USDT, by=mei, key="click")
    first = answer(case, USDT, by=mei, key="click", token=attempt.token)
    assert answer(case, USDT, by=mei, key="click", token=attempt.token) == first


def test_a_list_that_cannot_be_built_closes_the_gate(case, mei, frozen, wallet, monkeypatch):
    def broken(*_others):
        raise MemoryError

    risk.restamp([wallet.id])
    with monkeypatch.context() as patch:
        patch.setattr(lists, "Matcher", broken)
        with pytest.raises(RiskUnchecked):
            answer(case, "We look at it", by=mei)
    assert answer(case, "We look at it", by=mei)


def test_a_text_that_cannot_be_looked_at_does_not_leave(case, mei, frozen, monkeypatch):
    monkeypatch.setattr(lists.Matcher, "scan", lambda *_a, **_k: 1 / 0)
    with pytest.raises(RiskUnchecked):
        answer(case, "We look at it", by=mei)
    assert sent() == []


def test_a_changed_list_counts_at_once(case, mei, wallet, frozen):
    before = wallet.risk_stamp
    answer(case, "please wait", by=mei)
    frozen.words[0].text = "please"
    frozen.words[0].kind = "word"
    risk.restamp([wallet.id])
    assert wallet.risk_stamp != before
    assert answer(case, "please wait", by=mei).is_stopped


def test_only_the_holder_uses_a_token(desk, case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=START)
    with pytest.raises(NotAssignee):
        answer(case, USDT, by=mei, token=attempt.token)


def test_what_the_desk_would_say_by_itself_nobody_can_confirm(case, frozen, two_eyes):
    for text in (USDT, "a refund"):
        parts = [risk.Part("automatic", text)]
        attempt = risk.check(case, parts, by=None, now=START, token="any")
        assert (attempt.stop, attempt.outcome, attempt.agent_id) == ("block", "blocked", None)
    assert risk.check(case, [risk.Part("automatic", "Thank you")], by=None, now=START) is None


def test_a_list_costs_a_reply_two_questions(case, mei, wallet, queries, own):
    answer(case, "We look at it", by=mei)
    with queries() as without:
        answer(case, "We look at it", by=mei)
    own("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8")
    answer(case, "We look at it", by=mei)
    with queries() as seen:
        answer(case, "We look at it", by=mei)
    assert len(seen) == len(without) + 2


def test_a_page_loaded_anew_gets_another_token_and_the_old_one_ends(desk, case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    old = attempt.token
    with pytest.raises(NotAllowed):
        risk.renew(attempt, by=desk.ken, now=START)
    risk.renew(attempt, by=mei, now=later(minutes=1))
    assert attempt.token not in ("", old)
    assert answer(case, USDT, by=mei, token=old).is_stopped
    assert not isinstance(answer(case, USDT, by=mei, token=attempt.token), RiskAttempt)
    with pytest.raises(AttemptSettled):
        risk.renew(attempt, by=mei, now=later(minutes=1))


def test_an_attempt_that_is_over_gets_no_other_token(case, mei, frozen):
    attempt = answer(case, USDT, by=mei)
    with pytest.raises(AttemptSettled):
        risk.renew(attempt, by=mei, now=later(minutes=5))


def test_a_database_that_is_busy_is_told_as_such(case, mei, wallet, frozen, monkeypatch):
    def busy(*_others, **_more):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    for where in (lists.Matcher, "scan"), (lists, "_rules"):
        risk.restamp([wallet.id])
        with monkeypatch.context() as patch:
            patch.setattr(*where, busy)
            with pytest.raises(OperationalError):
                answer(case, "We look at it", by=mei)
            with pytest.raises(OperationalError):
                risk.flagged(wallet, "hello", is_escalated=False)
