"""Conversations: one per customer at a time, taken once, reopened to the right desk."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from support import conversations, drafts, messages, people, sweeps, unread
from support.db import db
from support.models import Agent, Assignment, Conversation, Event, EventKind, Message
from support.refusals import AlreadyResolved, AlreadyTaken, NotAllowed, NotAssignee
from tests.factories import START, answer, later, say


def kinds(conversation):
    rows = select(Event.kind).where(Event.conversation_id == conversation.id).order_by(Event.id)
    return list(db.session.scalars(rows))


def test_a_first_message_opens_a_conversation_in_the_queue(desk, wallet):
    message = say(wallet, "hello")
    conversation = db.session.get_one(Conversation, message.conversation_id)
    assert (conversation.status, conversation.assignee_id) == ("open", None)
    assert conversation.unread_count == 1
    assert kinds(conversation) == [EventKind.CONVERSATION_OPENED]


def test_the_next_message_joins_the_running_conversation(desk, wallet):
    first, second = say(wallet, "hello"), say(wallet, "anybody?")
    assert first.conversation_id == second.conversation_id
    assert second.seq > first.seq


def test_the_same_telegram_message_is_stored_once(desk, wallet):
    assert say(wallet, "hello", telegram_id=77) is not None
    assert say(wallet, "hello", telegram_id=77) is None
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_the_same_telegram_id_in_another_project_is_another_message(desk):
    assert say(desk.wallet, telegram_id=77) is not None
    assert say(desk.market, telegram_id=77) is not None


def test_taking_begins_an_interval(desk, mei):
    conversation = desk.case(holder=mei)
    interval = db.session.scalar(select(Assignment))
    assert conversation.assignee_id == mei.id
    assert (interval.agent_id, interval.started_at, interval.ended_at) == (mei.id, START, None)


def test_the_second_to_take_hears_who_was_faster(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(AlreadyTaken, match="Mei was faster"):
        conversations.take(conversation, by=desk.ken, now=later(seconds=1))


def test_taking_twice_is_a_no_op(desk, mei):
    conversation = desk.case(holder=mei)
    conversations.take(conversation, by=mei, now=later(seconds=1))
    assert db.session.scalar(select(func.count(Assignment.id))) == 1


def test_an_auditor_and_a_stranger_cannot_take(desk):
    conversation = desk.case()
    for agent in (desk.ada, desk.zoe):
        with pytest.raises(NotAllowed):
            conversations.take(conversation, by=agent, now=START)


def test_two_who_take_at_once_are_one_holder(app, desk, mei):
    conversation_id, ids = desk.case().id, (mei.id, desk.ken.id)
    db.session.remove()
    barrier, won = Barrier(2), []

    def grab(agent_id):
        with app.app_context():
            barrier.wait()
            conversation = db.session.get_one(Conversation, conversation_id)
            try:
                conversations.take(conversation, by=db.session.get_one(Agent, agent_id), now=START)
                db.session.commit()
                won.append(agent_id)
            except AlreadyTaken:
                db.session.rollback()

    threads = [Thread(target=grab, args=(agent_id,)) for agent_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert db.session.get_one(Conversation, conversation_id).assignee_id == won[0]


def test_resolving_ends_the_interval_and_says_so(desk, mei):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=later(minutes=9))
    interval = db.session.scalar(select(Assignment))
    assert (conversation.status, conversation.resolved_at) == ("resolved", later(minutes=9))
    assert interval.ended_at == later(minutes=9)
    assert kinds(conversation)[-1] == EventKind.CONVERSATION_RESOLVED


def test_only_the_holder_resolves(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(NotAssignee, match="Only Mei"):
        conversations.resolve(conversation, by=desk.ken, now=later(minutes=9))


def test_a_message_within_the_day_reopens_to_the_last_holder(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=later(minutes=9))
    message = say(wallet, "still broken", now=later(hours=24, minutes=8))
    assert message.conversation_id == conversation.id
    assert (conversation.status, conversation.assignee_id) == ("open", mei.id)
    assert conversation.resolved_at is None
    assert EventKind.CONVERSATION_REOPENED in kinds(conversation)


def test_a_later_message_starts_a_new_conversation(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=later(minutes=9))
    message = say(wallet, "something else", now=later(hours=24, minutes=10))
    assert message.conversation_id != conversation.id
    assert conversation.status == "resolved"


def test_it_reopens_to_the_queue_when_the_holder_has_left(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=later(minutes=9))
    people.disable(mei, by=desk.olga, now=later(minutes=10))
    say(wallet, "still broken", now=later(hours=1))
    assert (conversation.status, conversation.assignee_id) == ("open", None)


def test_a_released_conversation_waits_in_the_queue(desk, mei):
    conversation = desk.case(holder=mei)
    conversations.release(conversation, by=mei, now=later(minutes=1))
    assert conversation.assignee_id is None
    assert db.session.scalar(select(Assignment)).ended_at == later(minutes=1)


def test_reading_clears_what_was_read_and_no_more(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    first = db.session.get_one(Message, conversation.last_message_id)
    say(wallet, "and another thing")
    assert conversation.unread_count == 2
    assert unread.mark_read(conversation, by=mei, upto=first.seq)
    assert conversation.unread_count == 1


def test_a_watching_supervisor_reads_nothing_away(desk, mei, sun):
    conversation = desk.case(holder=mei)
    assert not unread.mark_read(conversation, by=sun, upto=10_000)
    assert conversation.unread_count == 1


def test_a_resolved_conversation_cannot_be_taken(desk, mei):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=later(minutes=1))
    with pytest.raises(AlreadyResolved):
        conversations.take(conversation, by=desk.ken, now=later(minutes=2))


def test_a_draft_is_kept_per_mode_and_forgotten_when_sent(desk, mei):
    conversation = desk.case(holder=mei)
    drafts.save(conversation, "Dear Ma", mode="reply", by=mei, now=START)
    drafts.save(conversation, "she is cross", mode="note", by=mei, now=START)
    answer(conversation, by=mei)
    db.session.flush()
    assert drafts.find(conversation, mode="reply", by=mei) is None
    assert drafts.find(conversation, mode="note", by=mei).text == "she is cross"


def test_an_emptied_draft_is_gone(desk, mei):
    conversation = desk.case(holder=mei)
    drafts.save(conversation, "Dear Ma", mode="reply", by=mei, now=START)
    db.session.flush()
    drafts.save(conversation, "  ", mode="reply", by=mei, now=START)
    db.session.flush()
    assert drafts.find(conversation, mode="reply", by=mei) is None


def test_an_edit_keeps_the_earlier_words(desk, wallet):
    message = say(wallet, "I sent 250")
    messages.edited(message, "I sent 25", [], at=later(minutes=1), now=later(minutes=1))
    db.session.flush()
    assert message.text == "I sent 25"
    assert [revision.text for revision in message.revisions] == ["I sent 250"]
    assert message.rev > message.seq


def test_the_same_edit_again_changes_nothing(desk, wallet):
    message = say(wallet, "I sent 250")
    before = message.rev
    messages.edited(message, "I sent 250", [], at=START, now=START)
    assert message.rev == before


def test_who_leaves_the_project_leaves_his_customers_to_the_queue(desk, mei):
    conversation = desk.case(holder=mei)
    people.remove_member(mei, desk.wallet, by=desk.olga, now=later(minutes=1))
    db.session.commit()
    sweeps.clear_desk(mei.id, later(minutes=1))
    assert conversation.assignee_id is None
    assert db.session.scalar(select(Assignment)).ended_at == later(minutes=1)


def test_what_was_typed_since_the_click_stays_a_draft(desk, mei):
    conversation = desk.case(holder=mei)
    drafts.save(conversation, "one more thing", mode="reply", by=mei, now=START)
    answer(conversation, "the answer", by=mei, drafted="the ans")
    assert drafts.find(conversation, mode="reply", by=mei).text == "one more thing"


def test_the_draft_of_what_was_sent_goes_with_it(desk, mei):
    conversation = desk.case(holder=mei)
    drafts.save(conversation, "two\r\nlines", mode="reply", by=mei, now=START)
    answer(conversation, "two\nlines!", by=mei, drafted="two\r\nlines")
    db.session.expire_all()
    assert drafts.find(conversation, mode="reply", by=mei) is None
