"""Groups: levels, chosen agents, fallbacks, and whose queue is whose to see."""

import pytest
from sqlalchemy import select

from support import access, conversations, groups, live, messages, people
from support.access import Action
from support.db import commit, db
from support.models import Event, EventKind, Group, Message
from support.refusals import (
    BadCapacity,
    BadChoice,
    BadLevel,
    BadMinutes,
    BadName,
    FallbackCircle,
    FallbackElsewhere,
    FallbackOfAnother,
    FallbackTooLow,
    GroupNameTaken,
    GroupNotEmpty,
    LastFrontline,
    MemberUnfit,
    NeverOpen,
    NotAllowed,
    ScopeMustBeChosen,
)
from tests.factories import START, later, say
from tests.shifts import advanced, arrive, frontline, gone, holders


def make(desk, name="Night", **values):
    return groups.create(desk.wallet, name, by=desk.olga, now=START, **values)


def test_the_set_up_offers_two_groups(desk, wallet):
    first, second = groups.offer(wallet, by=desk.olga, now=START)
    assert (first.name, first.level, first.scope) == ("Frontline", 1, "all")
    assert (second.name, second.level, second.scope) == ("Advanced Support Group", 2, "chosen")
    assert (first.strategy, second.strategy) == ("round_robin", "online_first")
    assert [agent.name for agent in groups.agents_of(second)] == ["Sun"]
    assert groups.offer(wallet, by=desk.olga, now=START) == [first, second]


def test_above_the_frontline_agents_are_chosen_and_online_ones_first(desk):
    group = make(desk, level=3)
    assert (group.scope, group.strategy, group.capacity) == ("chosen", "online_first", 5)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "  "}, BadName),
        ({"name": "FRONTLINE"}, GroupNameTaken),
        ({"level": 0}, BadLevel),
        ({"level": True}, BadLevel),
        ({"level": "2"}, BadLevel),
        ({"level": 2, "scope": "all"}, ScopeMustBeChosen),
        ({"scope": "some"}, BadChoice),
        ({"strategy": "random"}, BadChoice),
        ({"capacity": 0}, BadCapacity),
        ({"capacity": 501}, BadCapacity),
        ({"fallback_minutes": 0}, BadMinutes),
        ({"hours": {"mon": []}}, NeverOpen),
    ],
)
def test_bad_rules_get_their_sentence(desk, values, refusal):
    frontline(desk)
    with pytest.raises(refusal):
        make(desk, **values)
    assert len(groups.in_project(desk.wallet.id)) == 1


def test_a_refused_change_changes_nothing(desk):
    group = make(desk, level=2)
    with pytest.raises(BadCapacity):
        groups.change(group, by=desk.olga, now=START, name="Day", capacity=0)
    with pytest.raises(ScopeMustBeChosen):
        groups.change(group, by=desk.olga, now=START, capacity=9, scope="all")
    assert (group.name, group.capacity, group.scope) == ("Night", 5, "chosen")


def test_a_change_is_recorded_with_before_and_after(desk):
    group = make(desk)
    groups.change(group, by=desk.olga, now=START, capacity=8, name="Night")
    event = db.session.scalar(select(Event).where(Event.kind == EventKind.GROUP_CHANGED))
    assert event.data["changed"] == {"capacity": [5, 8]}
    with pytest.raises(TypeError):
        groups.change(group, by=desk.olga, now=START, project_id=9)


def test_a_fallback_is_of_the_same_level_or_higher(desk):
    front, second = frontline(desk), make(desk, level=2)
    groups.change(front, by=desk.olga, now=START, fallback=second)
    with pytest.raises(FallbackTooLow, match="Frontline"):
        make(desk, "Third", level=3, fallback=front)
    third = make(desk, "Third", level=3)
    groups.change(second, by=desk.olga, now=START, fallback=third)
    assert groups.chain(front) == [second, third]


def test_a_level_cannot_pass_that_of_the_fallback_or_sink_below_a_follower(desk):
    second, third = make(desk, level=2), make(desk, "Third", level=3)
    groups.change(second, by=desk.olga, now=START, fallback=third)
    with pytest.raises(FallbackTooLow):
        groups.change(second, by=desk.olga, now=START, level=4)
    with pytest.raises(FallbackTooLow):
        groups.change(third, by=desk.olga, now=START, level=1)
    groups.change(third, by=desk.olga, now=START, level=2)
    assert third.level == 2


def test_a_circle_of_fallbacks_is_refused(desk):
    first, second, third = (make(desk, name) for name in ("A", "B", "C"))
    groups.change(first, by=desk.olga, now=START, fallback=second)
    groups.change(second, by=desk.olga, now=START, fallback=third)
    with pytest.raises(FallbackCircle, match="C → A → B → C"):
        groups.change(third, by=desk.olga, now=START, fallback=first)
    with pytest.raises(FallbackCircle):
        groups.change(first, by=desk.olga, now=START, fallback=first)


def test_a_fallback_of_another_project_is_refused(desk):
    other = groups.create(desk.market, "Elsewhere", by=desk.olga, now=START)
    with pytest.raises(FallbackElsewhere):
        make(desk, fallback=other)


def test_members_stand_in_their_order_and_can_be_changed(desk):
    group = make(desk, scope="chosen")
    groups.set_members(group, [desk.ken, desk.mei, desk.ken], by=desk.olga, now=START)
    assert [agent.name for agent in groups.agents_of(group)] == ["Ken", "Mei"]
    groups.set_members(group, [desk.mei, desk.sun], by=desk.olga, now=START)
    assert [agent.name for agent in groups.agents_of(group)] == ["Mei", "Sun"]


def test_the_unfit_are_no_members(desk):
    group = make(desk, scope="chosen")
    for unfit in (desk.ada, desk.zoe):
        with pytest.raises(MemberUnfit, match=unfit.name):
            groups.set_members(group, [desk.mei, unfit], by=desk.olga, now=START)


def test_who_leaves_the_project_leaves_its_groups_for_good(desk, wallet):
    group = make(desk, scope="chosen")
    groups.set_members(group, [desk.mei], by=desk.olga, now=START)
    people.remove_member(desk.mei, wallet, by=desk.olga, now=START)
    people.add_member(desk.mei, wallet, "agent", by=desk.olga, now=START)
    db.session.flush()
    assert not groups.is_member(desk.mei, group)


def test_the_first_group_adopts_what_waits_and_runs_without_one(desk, wallet, mei):
    waiting, held = arrive(wallet, 1), desk.case(holder=mei)
    group = frontline(desk)
    db.session.expire_all()
    assert (waiting.group, held.group) == (group, group)
    assert (waiting.queued_at, held.queued_at) == (START, None)


def test_a_group_with_conversations_is_not_just_removed(desk, wallet):
    frontline(desk)
    second = make(desk, level=2)
    conversation = arrive(wallet)
    conversations.unassign(conversation, now=START, seq=conversations.locked(conversation))
    conversations.queue_up(conversation, second, by=None, now=START)
    with pytest.raises(GroupNotEmpty, match="1 conversations"):
        groups.remove(second, by=desk.olga, now=START)
    conversations.take(conversation, by=desk.sun, now=START)
    conversations.resolve(conversation, by=desk.sun, now=START)
    groups.remove(second, by=desk.olga, now=START)
    assert groups.in_project(wallet.id) == [groups.frontline(wallet.id)]
    assert make(desk, level=2).id != second.id


def test_the_frontline_and_a_fallback_of_another_stay(desk):
    front, second = frontline(desk), make(desk, level=2)
    with pytest.raises(LastFrontline):
        groups.remove(front, by=desk.olga, now=START)
    groups.change(front, by=desk.olga, now=START, fallback=second)
    with pytest.raises(FallbackOfAnother, match="Frontline"):
        groups.remove(second, by=desk.olga, now=START)
    groups.change(front, by=desk.olga, now=START, fallback=None)
    groups.remove(second, by=desk.olga, now=START)
    groups.remove(front, by=desk.olga, now=START)
    assert db.session.scalar(select(Group).where(Group.removed_at.is_(None))) is None


@pytest.fixture
def raised(desk, wallet):
    """Give a conversation that waits in the Advanced Support Group: Sun's and Ken's."""
    frontline(desk)
    group = advanced(desk, desk.sun, desk.ken)
    conversation = arrive(wallet)
    conversations.unassign(conversation, now=START, seq=conversations.locked(conversation))
    conversations.queue_up(conversation, group, by=desk.mei, now=START)
    say(wallet, "words of later", who=messages.Person(telegram_id=6_000_001), now=later(minutes=1))
    commit()
    return conversation


def test_a_groups_queue_is_seen_by_its_agents_and_by_watchers_alone(desk, raised):
    seeing = [desk.sun, desk.ken, desk.ada, desk.olga]
    assert all(access.sees_now(agent, raised) for agent in seeing)
    assert not any(access.sees_now(agent, raised) for agent in (desk.mei, desk.zoe))
    texts = select(Message.text).where(access.visible(desk.mei, Message))
    assert "words of later" not in list(db.session.scalars(texts))
    desk.wallet.agents_see_queue = False
    db.session.flush()
    assert not access.sees_now(desk.ken, raised)


def test_a_groups_queue_is_taken_from_by_its_agents_and_supervisors_alone(desk, raised):
    assert not access.may(desk.mei, Action.TAKE, raised)
    with pytest.raises(NotAllowed):
        conversations.take(raised, by=desk.mei, now=START)
    conversations.take(raised, by=desk.ken, now=START)
    assert holders(raised) == ["Ken"]


def test_pokes_of_a_groups_queue_reach_its_agents_and_watchers_alone(desk, raised, monkeypatch):
    heard = []
    monkeypatch.setattr(live, "publish", heard.append)
    gone()
    conversations.announce(raised, "desk")
    commit()
    hearing = [
        agent.name
        for agent in (desk.olga, desk.sun, desk.mei, desk.ken, desk.ada, desk.zoe)
        if any(access.listener(agent).hears(poke) for poke in heard)
    ]
    assert hearing == ["Olga", "Sun", "Ken", "Ada"]


def test_a_queue_of_all_is_every_agents(desk, wallet):
    frontline(desk, capacity=1)
    waiting = [arrive(wallet, number) for number in range(3)][-1]
    assert access.sees_now(desk.mei, waiting)
    assert not access.sees_now(desk.zoe, waiting)
