"""Tags: one list per project, put and taken off with who and when, and filtered by."""

import pytest
from sqlalchemy import select

from support import tags
from support.db import db
from support.models import Conversation, Event, EventKind, Tagging
from support.refusals import BadChoice, BadName, TagNameTaken, TagUnfit
from tests.factories import START, later, person, say


@pytest.fixture
def refund(desk, wallet, sun):
    return tags.create(wallet, "Refund", by=sun, now=START)


def names(conversation):
    return [tagging.tag.name for tagging in tags.of(conversation)]


def test_the_list_is_the_projects_own_and_by_name(desk, wallet, sun, refund):
    tags.create(wallet, "Airdrop", colour="teal", by=sun, now=START)
    tags.create(desk.market, "Elsewhere", by=sun, now=START)
    assert [tag.name for tag in tags.listed(wallet)] == ["Airdrop", "Refund"]


@pytest.mark.parametrize("name", ["refund", " REFUND ", "Re\u200bfund", "\uff32\uff45fund"])
def test_a_name_that_looks_the_same_is_taken(desk, wallet, sun, refund, name):
    with pytest.raises(TagNameTaken):
        tags.create(wallet, name, by=sun, now=START)


def test_bad_names_and_colours_are_refused(desk, wallet, sun):
    for name in ("", " ", "x" * 41):
        with pytest.raises(BadName):
            tags.create(wallet, name, by=sun, now=START)
    with pytest.raises(BadChoice):
        tags.create(wallet, "Pink", colour="pink", by=sun, now=START)


def test_signs_alone_make_a_tag(desk, wallet, sun):
    assert tags.create(wallet, "🔥", by=sun, now=START).folded == "🔥"
    assert tags.create(wallet, "💧", by=sun, now=START).name == "💧"


def test_a_tag_is_changed_everywhere(desk, wallet, mei, sun, refund):
    conversation = desk.case(holder=mei)
    tags.put(conversation, refund, by=mei, now=START)
    tags.change(wallet, refund, name="Refunds", colour="red", by=sun, now=later(minutes=1))
    assert names(conversation) == ["Refunds"]
    tags.change(wallet, refund, name="refunds", colour="red", by=sun, now=later(minutes=1))
    changed = select(Event).where(Event.kind == EventKind.TAG_CHANGED)
    assert len(db.session.scalars(changed).all()) == 2


def test_a_tag_is_put_once_with_who_and_when(desk, mei, refund):
    conversation = desk.case(holder=mei)
    first = tags.put(conversation, refund, by=mei, now=later(minutes=1))
    assert tags.put(conversation, refund, by=desk.ken, now=later(minutes=2)) is first
    assert (first.by_id, first.at) == (mei.id, later(minutes=1))


def test_taking_it_off_keeps_that_it_was_there(desk, mei, refund):
    conversation = desk.case(holder=mei)
    tags.put(conversation, refund, by=mei, now=START)
    for _ in range(2):
        tags.take_off(conversation, refund, by=desk.sun, now=later(minutes=1))
    assert names(conversation) == []
    (tagging,) = db.session.scalars(select(Tagging))
    assert (tagging.ended_by_id, tagging.ended_at) == (desk.sun.id, later(minutes=1))
    kinds = select(Event.kind).where(
        Event.kind.in_(("conversation.tagged", "conversation.untagged"))
    )
    assert len(db.session.scalars(kinds).all()) == 2


def test_a_removed_tag_stays_where_it_was_put_and_is_put_nowhere(desk, mei, sun, refund):
    old = desk.case(holder=mei)
    tags.put(old, refund, by=mei, now=START)
    tags.remove(refund, by=sun, now=later(minutes=1))
    assert names(old) == ["Refund"]
    message = say(desk.wallet, "other", who=person(telegram_id=77), now=later(days=9))
    new = db.session.get_one(Conversation, message.conversation_id)
    assert tags.put(old, refund, by=mei, now=START).tag is refund
    tags.take_off(old, refund, by=mei, now=START)
    with pytest.raises(TagUnfit):
        tags.put(new, refund, by=mei, now=later(days=9))
    assert tags.create(desk.wallet, "Refund", by=sun, now=later(days=9)) is not refund


def test_another_projects_tag_is_refused(desk, mei, sun):
    foreign = tags.create(desk.market, "Foreign", by=sun, now=START)
    with pytest.raises(TagUnfit, match="Foreign"):
        tags.put(desk.case(holder=mei), foreign, by=mei, now=START)


def test_conversations_are_filtered_by_tag(desk, mei, refund):
    conversation = desk.case(holder=mei)
    wearing = select(Conversation.id).where(tags.wearing(refund.id))
    assert list(db.session.scalars(wearing)) == []
    tags.put(conversation, refund, by=mei, now=START)
    assert list(db.session.scalars(wearing)) == [conversation.id]
    tags.take_off(conversation, refund, by=mei, now=START)
    assert list(db.session.scalars(wearing)) == []


def test_a_change_that_changes_nothing_and_a_second_removal_are_not_recorded(desk, sun, refund):
    tags.change(desk.wallet, refund, name="Refund", colour="grey", by=sun, now=START)
    for _ in range(2):
        tags.remove(refund, by=sun, now=START)
    kinds = select(Event.kind).where(Event.kind.in_(("tag.changed", "tag.removed")))
    assert list(db.session.scalars(kinds)) == [EventKind.TAG_REMOVED]
