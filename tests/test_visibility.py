"""Who sees what: every negative with its positive twin."""

import pytest
from sqlalchemy import select

from support import access, conversations, notes, people, transfer
from support.access import Action
from support.db import db
from support.models import Assignment, Event, Handover, Message, Note
from support.refusals import NotAllowed, NotFound
from tests.factories import START, answer, later, say


def texts(agent):
    rows = select(Message.text).where(access.visible(agent, Message)).order_by(Message.seq)
    return list(db.session.scalars(rows))


def note_texts(agent):
    rows = select(Note.text).where(access.visible(agent, Note)).order_by(Note.seq)
    return list(db.session.scalars(rows))


@pytest.fixture
def handed_over(desk, mei):
    """Give a conversation that Mei handed to Ken, with words before and after."""
    conversation = desk.case("before", holder=mei)
    answer(conversation, "answered before", by=mei)
    notes.write(conversation, "note before", by=mei, now=START, client_key=None)
    transfer.transfer(conversation, to=desk.ken, by=mei, note="the handover", now=later(minutes=1))
    say(desk.wallet, "after", now=later(minutes=2))
    answer(conversation, "answered after", by=desk.ken, now=later(minutes=3))
    notes.write(conversation, "note after", by=desk.ken, now=later(minutes=3), client_key=None)
    db.session.commit()
    return conversation


def test_the_first_agent_sees_what_stood_there_until_the_transfer(desk, mei, handed_over):
    assert texts(mei) == ["before", "answered before"]
    assert note_texts(mei) == ["note before", "the handover"]


def test_the_receiver_sees_everything(desk, handed_over):
    assert texts(desk.ken) == ["before", "answered before", "after", "answered after"]
    assert note_texts(desk.ken) == ["note before", "the handover", "note after"]


def test_a_project_may_leave_the_first_agent_nothing(desk, mei, handed_over):
    desk.wallet.after_transfer = "nothing"
    db.session.flush()
    assert texts(mei) == note_texts(mei) == []
    with pytest.raises(NotFound):
        access.find_conversation(mei, handed_over.id)


def test_the_first_agent_sees_the_handover_and_no_later_deed(desk, mei, handed_over):
    conversations.resolve(handed_over, by=desk.ken, now=later(minutes=4))
    db.session.flush()
    seen = list(db.session.scalars(select(Event.kind).where(access.visible(mei, Event))))
    assert "conversation.transferred" in seen
    assert "conversation.resolved" not in seen
    assert "conversation.resolved" in list(
        db.session.scalars(select(Event.kind).where(access.visible(desk.ken, Event)))
    )


def test_a_later_handover_is_hidden_from_the_first_agent(desk, mei, sun, handed_over):
    transfer.transfer(handed_over, to=sun, by=desk.ken, note="", now=later(minutes=4))
    db.session.flush()
    seen = select(Handover.to_agent_id).where(access.visible(mei, Handover))
    assert list(db.session.scalars(seen)) == [desk.ken.id]


def test_he_who_holds_it_again_sees_the_time_between(desk, mei, handed_over):
    transfer.transfer(handed_over, to=mei, by=desk.ken, note="", now=later(minutes=5))
    db.session.flush()
    assert "after" in texts(mei)


def test_watchers_see_everything_and_strangers_nothing(desk, sun, handed_over):
    for watcher in (sun, desk.ada, desk.olga):
        assert len(texts(watcher)) == 4
    assert texts(desk.zoe) == []


def test_agents_see_the_queue_where_the_project_lets_them(desk, mei):
    conversation = desk.case("help")
    assert texts(mei) == ["help"]
    desk.wallet.agents_see_queue = False
    db.session.flush()
    assert texts(mei) == []
    assert not access.may(mei, Action.TAKE, conversation)


def test_what_a_colleague_holds_is_not_there(desk, mei):
    conversation = desk.case("help", holder=desk.ken)
    assert texts(mei) == []
    with pytest.raises(NotFound):
        access.find_conversation(mei, conversation.id)
    assert access.find_conversation(desk.ken, conversation.id) is conversation


def test_the_holder_sees_the_customers_earlier_conversations(desk, mei, wallet):
    old = desk.case("old", holder=desk.ken)
    conversations.resolve(old, by=desk.ken, now=later(minutes=1))
    new = say(wallet, "new", now=later(days=3))
    conversations.take(
        db.session.get_one(conversations.Conversation, new.conversation_id),
        by=mei,
        now=later(days=3),
    )
    db.session.flush()
    assert texts(mei) == ["old", "new"]
    assert access.find_conversation(mei, old.id) is old
    desk.wallet.earlier_conversations = False
    db.session.flush()
    assert texts(mei) == ["new"]


def test_the_closer_keeps_his_own_and_sees_no_newer_conversation(desk, mei, wallet):
    old = desk.case("old", holder=desk.ken)
    conversations.resolve(old, by=desk.ken, now=later(minutes=1))
    new = say(wallet, "new", now=later(days=3))
    conversations.take(
        db.session.get_one(conversations.Conversation, new.conversation_id),
        by=mei,
        now=later(days=3),
    )
    db.session.flush()
    assert texts(desk.ken) == ["old"]


def test_who_left_the_project_sees_nothing_of_it(desk, mei, handed_over):
    people.remove_member(desk.ken, desk.wallet, by=desk.olga, now=later(minutes=9))
    people.remove_member(mei, desk.wallet, by=desk.olga, now=later(minutes=9))
    db.session.commit()
    db.session.expire_all()
    assert texts(desk.ken) == texts(mei) == []


def test_the_horizon_is_the_end_of_the_last_interval(desk, mei, handed_over):
    interval = access.horizon(mei, handed_over)
    assert isinstance(interval, Assignment)
    assert interval.ended_at == later(minutes=1)
    assert access.horizon(desk.ken, handed_over) is None
    assert access.horizon(desk.zoe, handed_over) is None


WHO = ("olga", "sun", "mei", "ken", "ada", "zoe")
HELD_BY_MEI = {
    Action.VIEW: {"olga", "sun", "mei", "ada"},
    Action.REPLY: {"mei"},
    Action.NOTE: {"olga", "sun", "mei"},
    Action.TAKE: set(),
    Action.TRANSFER: {"mei"},
    Action.TAKEOVER: {"olga", "sun"},
    Action.RESOLVE: {"mei"},
    Action.ESCALATE: {"mei"},
    Action.ACCEPT: {"mei"},
    Action.RETURN: {"mei"},
    Action.PARK: {"mei"},
    Action.TAG: {"olga", "sun", "mei"},
    Action.DISMISS: {"olga", "sun", "mei"},
    Action.ADD_COLLABORATOR: {"olga", "sun"},
    Action.ASK_LEAD: {"olga", "sun"},
    Action.GIVE_LEAD: {"olga", "sun", "mei"},
    Action.LOWER_TIER: {"olga", "sun"},
    Action.WAIVE: {"olga", "sun"},
}
WAITING = {
    Action.VIEW: {"olga", "sun", "mei", "ken", "ada"},
    Action.REPLY: set(),
    Action.NOTE: {"olga", "sun", "mei", "ken"},
    Action.TAKE: {"olga", "sun", "mei", "ken"},
    Action.TRANSFER: set(),
    Action.TAKEOVER: {"olga", "sun"},
    Action.RESOLVE: set(),
    Action.ESCALATE: set(),
    Action.ACCEPT: set(),
    Action.RETURN: set(),
    Action.PARK: set(),
    Action.TAG: {"olga", "sun", "mei", "ken"},
    Action.DISMISS: {"olga", "sun", "mei", "ken"},
    Action.ADD_COLLABORATOR: {"olga", "sun"},
    Action.ASK_LEAD: set(),
    Action.GIVE_LEAD: set(),
    Action.LOWER_TIER: {"olga", "sun"},
    Action.WAIVE: {"olga", "sun"},
}


@pytest.mark.parametrize("action", Action)
def test_who_may_do_what_to_a_conversation_that_mei_holds(desk, mei, action):
    conversation = desk.case(holder=mei)
    may = {name for name in WHO if access.may(getattr(desk, name), action, conversation)}
    assert may == HELD_BY_MEI[action]


@pytest.mark.parametrize("action", Action)
def test_who_may_do_what_to_a_conversation_that_waits(desk, action):
    conversation = desk.case()
    may = {name for name in WHO if access.may(getattr(desk, name), action, conversation)}
    assert may == WAITING[action]


def test_the_gate_says_404_to_who_sees_nothing_and_403_to_who_sees(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(NotFound):
        access.require(desk.zoe, Action.REPLY, conversation)
    with pytest.raises(NotAllowed):
        access.require(desk.ada, Action.REPLY, conversation)
    access.require(mei, Action.REPLY, conversation)


def test_a_disabled_agent_may_nothing(desk, mei):
    conversation = desk.case(holder=mei)
    people.disable(mei, by=desk.olga, now=START)
    assert access.allowed(mei, conversation) == set()
