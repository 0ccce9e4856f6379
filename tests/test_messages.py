"""Replies: only by the holder, once per click, in parts that Telegram takes."""

import pytest
from sqlalchemy import func, select

from support import conversations, customers, messages
from support.db import db
from support.models import Message
from support.refusals import (
    AlreadyResolved,
    CustomerBlockedBot,
    MessageEmpty,
    NobodyHolds,
    NotAssignee,
    NotRetryable,
    QuoteUnknown,
    TextTooLong,
    TooManyFiles,
)
from tests.factories import START, answer, later, say


def upload(number=1, kind="document"):
    return messages.Upload(
        path=f"aa/{number}", file_name=f"{number}.pdf", mime="application/pdf", size=9, kind=kind
    )


def test_a_reply_waits_in_the_outbox(desk, mei):
    (message,) = answer(desk.case(holder=mei), by=mei)
    assert (message.state, message.sent_at, message.direction) == ("waiting", None, "out")
    assert message.random_id


def test_the_same_click_makes_one_message(desk, mei):
    conversation = desk.case(holder=mei)
    first = answer(conversation, by=mei, key="click")
    assert answer(conversation, by=mei, key="click") == first
    assert db.session.scalar(select(func.count()).where(Message.direction == "out")) == 1


def test_a_click_that_was_answered_stays_answered_after_a_transfer(desk, mei):
    conversation = desk.case(holder=mei)
    first = answer(conversation, by=mei, key="click")
    conversations.release(conversation, by=mei, now=START)
    assert answer(conversation, by=mei, key="click") == first


def test_only_the_holder_replies(desk, mei, sun):
    conversation = desk.case(holder=mei)
    with pytest.raises(NotAssignee, match="Only Mei"):
        answer(conversation, by=sun)


def test_nobody_replies_from_the_queue(desk, mei):
    with pytest.raises(NobodyHolds):
        answer(desk.case(), by=mei)


def test_nobody_replies_to_a_resolved_conversation(desk, mei):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=START)
    with pytest.raises(AlreadyResolved):
        answer(conversation, by=mei)


def test_a_reply_needs_words_or_a_file(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(MessageEmpty):
        answer(conversation, " \n ", by=mei)
    assert answer(conversation, "", by=mei, uploads=(upload(),))


def test_a_text_without_end_is_refused(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(TextTooLong):
        answer(conversation, "a" * 20_001, by=mei)


def test_too_many_files_are_refused(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(TooManyFiles):
        answer(conversation, "", by=mei, uploads=tuple(map(upload, range(11))))


def test_a_long_text_becomes_messages_in_order(desk, mei):
    text = " ".join(f"word{number}" for number in range(1_400))
    written = answer(desk.case(holder=mei), text, by=mei)
    assert len(written) == 3
    assert " ".join(message.text for message in written) == text
    assert [m.seq for m in written] == sorted(m.seq for m in written)


def test_a_caption_goes_with_the_last_file(desk, mei):
    written = answer(desk.case(holder=mei), "both", by=mei, uploads=(upload(1), upload(2)))
    assert [(m.text, m.attachment.path) for m in written] == [("", "aa/1"), ("both", "aa/2")]


def test_a_text_too_long_for_a_caption_follows_its_file(desk, mei):
    written = answer(desk.case(holder=mei), "a" * 1_025, by=mei, uploads=(upload(),))
    assert [m.kind for m in written] == ["document", "text"]


def test_a_customer_who_blocked_the_bot_cannot_be_answered(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    customers.blocked(conversation.customer, now=START)
    with pytest.raises(CustomerBlockedBot):
        answer(conversation, by=mei)
    say(wallet, "I am back")
    assert answer(conversation, by=mei)


def test_accepted_is_heard_once(desk, mei):
    (message,) = answer(desk.case(holder=mei), by=mei)
    messages.accepted(message, telegram_id=501, at=later(seconds=1), now=later(seconds=2))
    messages.accepted(message, telegram_id=999, at=later(seconds=3), now=later(seconds=4))
    assert (message.state, message.telegram_id) == ("accepted", 501)
    assert message.sent_at == later(seconds=2)


def test_a_failed_message_says_why_and_can_be_tried_again(desk, mei):
    (message,) = answer(desk.case(holder=mei), by=mei)
    before = message.random_id
    messages.failed(message, "The customer has blocked the bot.", now=START)
    assert (message.state, message.failure) == ("failed", "The customer has blocked the bot.")
    messages.retry(message, by=mei, now=later(minutes=1))
    assert (message.state, message.random_id) == ("waiting", before)


def test_only_a_failed_message_is_tried_again(desk, mei):
    (message,) = answer(desk.case(holder=mei), by=mei)
    with pytest.raises(NotRetryable):
        messages.retry(message, by=mei, now=START)


def test_only_the_holder_tries_again(desk, mei, sun):
    (message,) = answer(desk.case(holder=mei), by=mei)
    messages.failed(message, "no", now=START)
    with pytest.raises(NotAssignee):
        messages.retry(message, by=sun, now=START)


def test_a_discarded_message_leaves_the_outbox(desk, mei):
    (message,) = answer(desk.case(holder=mei), by=mei)
    messages.failed(message, "no", now=START)
    messages.discard(message, by=mei, now=later(minutes=1))
    assert message.deleted_at == later(minutes=1)


def test_every_change_moves_the_thread_on(desk, mei):
    (message,) = answer(desk.case(holder=mei), by=mei)
    numbers = [message.rev]
    messages.held(message, until=later(seconds=30))
    numbers.append(message.rev)
    messages.accepted(message, telegram_id=501, at=START, now=START)
    numbers.append(message.rev)
    assert numbers == sorted(set(numbers))


def test_a_reply_answers_what_was_unread(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    say(wallet, "hello?")
    answer(conversation, by=mei)
    assert conversation.unread_count == 0


def test_a_quote_is_of_this_conversation_and_said_already(desk, mei, wallet):
    conversation = desk.case(holder=mei, telegram_id=701)
    (message,) = answer(conversation, by=mei, reply_to=701)
    assert message.reply_to == 701
    with pytest.raises(QuoteUnknown):
        answer(conversation, by=mei, reply_to=702)
