"""Routing: who is given a conversation, out of which candidates, and why."""

import pytest
from sqlalchemy import func, select

from support import conversations, groups, people, presence, routing, sweeps
from support.db import commit, db
from support.models import Agent, Assignment, Event, EventKind, Handover, RoutingDecision, Why
from tests.factories import START, answer, later, say
from tests.shifts import advanced, arrive, decisions, frontline, gone, here, holders


def events_of(conversation):
    rows = select(Event.kind).where(Event.conversation_id == conversation.id).order_by(Event.id)
    return list(db.session.scalars(rows))


def test_without_groups_everything_waits_in_the_projects_queue(desk, wallet):
    conversation = arrive(wallet)
    assert (conversation.group, conversation.assignee) == (None, None)
    assert decisions(conversation) == []


def test_a_new_customer_is_given_to_the_next_in_turn(desk, wallet):
    frontline(desk)
    cases = [arrive(wallet, number) for number in range(4)]
    assert holders(*cases) == ["Mei", "Ken", "Mei", "Ken"]
    assert decisions(cases[0]) == [("Mei", Why.IN_TURN)]
    assert events_of(cases[0]) == [EventKind.CONVERSATION_OPENED, EventKind.CONVERSATION_GIVEN]
    assert cases[0].unread_count == 1


def test_the_turn_passes_over_the_away_and_the_full(desk, wallet):
    frontline(desk, capacity=1)
    presence.set_away(desk.mei, by=desk.mei, now=START)
    cases = [arrive(wallet, number) for number in range(2)]
    assert holders(*cases) == ["Ken", None]
    row = db.session.scalar(select(RoutingDecision).order_by(RoutingDecision.id.desc()))
    assert row.candidates == [[desk.mei.id, "away", 0], [desk.ken.id, "full", 1]]
    assert decisions(cases[1]) == [(None, Why.EVERYBODY_FULL)]


def test_when_all_are_away_it_waits_and_says_so_once(desk, wallet):
    frontline(desk)
    for agent in (desk.mei, desk.ken):
        presence.set_away(agent, by=agent, now=START)
    conversation = arrive(wallet)
    say(wallet, "hello?", who=None, now=START)
    routing.route(conversation, now=START, trigger="message")
    assert decisions(conversation) == [(None, Why.EVERYBODY_AWAY)]
    assert events_of(conversation).count(EventKind.CONVERSATION_QUEUED) == 1


def test_only_agents_take_turns_in_a_group_of_all(desk, wallet):
    group = frontline(desk)
    assert [agent.name for agent in groups.agents_of(group)] == ["Mei", "Ken"]


def test_those_online_come_first_and_the_longest_idle_of_them(desk, wallet):
    frontline(desk, strategy="online_first")
    first = arrive(wallet, 1)
    assert decisions(first) == [(None, Why.NOBODY_ONLINE)]
    here(desk.ken, desk.mei)
    sweeps.sweep(START)
    cases = []
    for number in (2, 3):
        here(desk.ken, desk.mei, now=later(minutes=number))
        cases.append(arrive(wallet, number, now=later(minutes=number)))
    assert sorted(holders(first, cases[0])) == ["Ken", "Mei"]
    assert holders(cases[1]) == holders(first)
    assert decisions(cases[1])[0][1] == Why.LEAST_RECENT


def test_whoever_comes_online_is_given_what_waits(desk, wallet):
    group = advanced(desk)
    conversation = waiting_in(desk, group)
    assert holders(conversation) == [None]
    here(desk.sun)
    sweeps.drain_for(desk.sun.id, START)
    assert holders(conversation) == ["Sun"]


def waiting_in(desk, group, number=1, *, tier="standard", now=START):
    """Let a conversation wait in a group."""
    conversation = arrive(desk.wallet, number, now=now)
    conversations.queue_up(conversation, group, by=None, now=now)
    conversation.tier = tier
    routing.route(conversation, now=now, trigger="escalation")
    commit()
    return conversation


def test_an_escalation_is_never_given_to_somebody_outside_its_group(desk, wallet):
    frontline(desk)
    group = advanced(desk)
    here(desk.mei, desk.ken)
    conversation = waiting_in_from_frontline(desk, group)
    for _ in range(3):
        sweeps.sweep(later(hours=1))
    assert (conversation.assignee, conversation.group) == (None, group)


def waiting_in_from_frontline(desk, group):
    """Take a conversation off a frontline desk and let it wait in a group."""
    conversation = arrive(desk.wallet)
    conversations.unassign(conversation, now=START, seq=conversations.locked(conversation))
    conversations.queue_up(conversation, group, by=desk.mei, now=START)
    routing.route(conversation, now=START, trigger="escalation")
    commit()
    return conversation


def test_the_line_is_what_is_due_first_then_age(desk, wallet):
    group = advanced(desk, capacity=1)
    plain = waiting_in(desk, group, 1, now=later(minutes=0))
    unpromised = due_at(waiting_in(desk, group, 2, now=later(minutes=0)), None)
    raised = due_at(waiting_in(desk, group, 3, now=later(minutes=1)), later(minutes=4))
    urgent = due_at(waiting_in(desk, group, 4, now=later(minutes=2)), later(minutes=3))
    older = due_at(waiting_in(desk, group, 5, now=later(minutes=1)), later(minutes=3))
    for expected in (older, urgent, raised, plain, unpromised):
        now = later(minutes=5)
        here(desk.sun, now=now)
        assert [row.conversation_id for row in routing.drain(group, now=now)] == [expected.id]
        conversations.resolve(expected, by=desk.sun, now=now)
        commit()


def due_at(conversation, at):
    conversation.due_at = at
    commit()
    return conversation


def test_nobody_overtakes_who_waits_longer(desk, wallet):
    frontline(desk, capacity=1)
    cases = [arrive(wallet, number) for number in range(3)]
    assert holders(*cases) == ["Mei", "Ken", None]
    conversations.resolve(cases[0], by=desk.mei, now=later(minutes=1))
    newcomer = arrive(wallet, 9, now=later(minutes=1))
    assert decisions(newcomer) == [(None, Why.OTHERS_FIRST)]
    sweeps.drain_for(desk.mei.id)
    assert holders(cases[2], newcomer) == ["Mei", None]


def test_what_is_parked_takes_no_room(desk, wallet):
    frontline(desk, capacity=1)
    first, second = arrive(wallet, 1), arrive(wallet, 2)
    first.status = second.status = "waiting"
    assert holders(arrive(wallet, 3), arrive(wallet, 4), arrive(wallet, 5)) == ["Mei", "Ken", None]


def test_a_returning_customer_comes_back_to_whom_he_knows(desk, wallet):
    frontline(desk)
    old = arrive(wallet, 1)
    conversations.resolve(old, by=desk.mei, now=START)
    arrive(wallet, 2)
    commit()
    now = later(days=3)
    here(desk.mei, desk.ken, now=now)
    arrive(wallet, 3, now=now)
    again = arrive(wallet, 1, now=now)
    assert again.id != old.id
    assert decisions(again) == [("Mei", Why.RETURNING)]


@pytest.mark.parametrize("hinders", ["offline", "away", "full", "gone"])
def test_a_returning_customer_is_routed_when_the_one_he_knows_cannot(desk, wallet, hinders):
    group = frontline(desk)
    conversations.resolve(arrive(wallet, 1), by=desk.mei, now=START)
    now = later(days=3)
    here(desk.ken, now=now)
    if hinders != "offline":
        here(desk.mei, now=now)
    if hinders == "away":
        presence.set_away(desk.mei, by=desk.mei, now=now)
    if hinders == "full":
        groups.change(group, capacity=1, by=desk.olga, now=now)
        arrive(wallet, 8, now=now)
        arrive(wallet, 7, now=now)
    if hinders == "gone":
        people.remove_member(desk.mei, wallet, by=desk.olga, now=now)
    commit()
    assert (desk.mei.name, Why.RETURNING) not in decisions(arrive(wallet, 1, now=now))


def test_a_reopened_conversation_returns_to_its_holder_or_is_routed(desk, wallet):
    frontline(desk)
    conversation = arrive(wallet, 1)
    conversations.resolve(conversation, by=desk.mei, now=START)
    commit()
    arrive(wallet, 1, now=later(hours=1))
    assert holders(conversation) == ["Mei"]
    conversations.resolve(conversation, by=desk.mei, now=later(hours=1))
    presence.set_away(desk.mei, by=desk.mei, now=later(hours=2))
    arrive(wallet, 1, now=later(hours=2))
    assert holders(conversation) == ["Ken"]


def test_outside_its_hours_a_group_gives_nothing_and_gives_at_opening(desk, wallet):
    group = frontline(desk, hours={"mon": [["10:00", "18:00"]]})
    conversation = arrive(wallet)  # Monday, 9:00
    assert decisions(conversation) == [(None, Why.CLOSED)]
    sweeps.sweep(later(minutes=59))
    assert holders(conversation) == [None]
    sweeps.sweep(later(hours=1))
    assert holders(conversation) == ["Mei"]
    assert group.hours == {"mon": [["10:00", "18:00"]]}


def test_a_resolved_conversation_makes_room_by_an_event(desk, wallet, monkeypatch):
    asked = []
    frontline(desk, capacity=1)
    cases = [arrive(wallet, number) for number in range(3)]
    monkeypatch.setattr("support.queue.enqueue_now", lambda *job: asked.append(job))
    conversations.resolve(cases[1], by=desk.ken, now=START)
    assert asked == []
    commit()
    assert ("jobs", "support.sweeps.drain_for", desk.ken.id) in asked
    sweeps.drain_for(desk.ken.id)
    assert holders(cases[2]) == ["Ken"]


def test_who_released_a_conversation_is_not_offered_it_again(desk, wallet):
    group = frontline(desk)
    conversation = arrive(wallet)
    presence.set_away(desk.ken, by=desk.ken, now=START)
    conversations.release(conversation, by=desk.mei, now=START)
    assert routing.drain(group, now=START) == []
    presence.come_back(desk.ken, by=desk.ken, now=START)
    commit()
    routing.drain(group, now=START)
    assert holders(conversation) == ["Ken"]


def test_one_released_conversation_does_not_hold_up_the_others(desk, wallet):
    group = frontline(desk)
    conversation = arrive(wallet)
    presence.set_away(desk.ken, by=desk.ken, now=START)
    conversations.release(conversation, by=desk.mei, now=START)
    commit()
    other = arrive(wallet, 2)
    routing.drain(group, now=START)
    assert holders(conversation, other) == [None, "Mei"]


def test_a_silent_assignee_loses_what_he_has_not_answered(desk, wallet):
    frontline(desk, silent_minutes=10)
    here(desk.mei, desk.ken)
    unanswered, answered = arrive(wallet, 1), arrive(wallet, 2)
    kens = answered
    conversations.resolve(kens, by=desk.ken, now=START)
    answered = arrive(wallet, 3)
    answer(answered, by=answered.assignee)
    gone(desk.mei, now=later(minutes=1))
    here(desk.ken, now=later(minutes=10))
    sweeps.sweep(later(minutes=10))
    assert holders(unanswered) == ["Mei"]
    here(desk.ken, now=later(minutes=11))
    sweeps.sweep(later(minutes=11))
    assert holders(unanswered) == ["Ken"]
    assert answered.assignee.name == "Mei"
    row = db.session.scalar(select(Handover).where(Handover.conversation_id == unanswered.id))
    assert (row.kind, row.from_agent_id, row.to_agent_id) == ("auto", desk.mei.id, desk.ken.id)
    assert events_of(unanswered)[-2:] == [
        EventKind.CONVERSATION_LOST,
        EventKind.CONVERSATION_GIVEN,
    ]


def test_what_silence_lost_is_given_only_to_somebody_online(desk, wallet):
    group = frontline(desk, silent_minutes=10)
    conversation = arrive(wallet)
    sweeps.sweep(later(minutes=10))
    assert holders(conversation) == [None]
    for minutes in (20, 30, 200):
        sweeps.sweep(later(minutes=minutes))
    assert holders(conversation) == [None]
    other = arrive(wallet, 2, now=later(minutes=201))
    routing.drain(group, now=later(minutes=201))
    assert holders(other) == ["Ken"]
    here(desk.mei, now=later(minutes=202))
    sweeps.drain_for(desk.mei.id, later(minutes=202))
    assert holders(conversation) == ["Mei"]


def test_a_dead_redis_takes_nothing_from_anybody(desk, wallet, monkeypatch):
    frontline(desk, silent_minutes=10)
    here(desk.mei)
    conversation = arrive(wallet)
    monkeypatch.setattr("support.live.last_seen", lambda: None)
    monkeypatch.setattr("support.live.online", lambda **_: set())
    sweeps.sweep(later(hours=5))
    assert holders(conversation) == ["Mei"]


def test_who_is_shut_out_leaves_nothing_lying(desk, wallet):
    frontline(desk)
    conversation = arrive(wallet)
    people.disable(desk.mei, by=desk.olga, now=START)
    commit()
    sweeps.clear_desk(desk.mei.id)
    assert holders(conversation) == ["Ken"]
    people.add_member(desk.ken, wallet, "auditor", by=desk.olga, now=START)
    commit()
    sweeps.clear_desk(desk.ken.id)
    assert holders(conversation) == [None]


def test_without_groups_it_returns_to_the_projects_queue(desk, mei):
    conversation = desk.case(holder=mei)
    people.remove_member(mei, desk.wallet, by=desk.olga, now=START)
    commit()
    sweeps.clear_desk(mei.id)
    assert (conversation.assignee, conversation.group) == (None, None)


def test_after_its_time_it_moves_to_the_fallback(desk, wallet):
    technical = groups.create(wallet, "Technical", level=3, by=None, now=START)
    groups.set_members(technical, [desk.ken], by=None, now=START)
    group = advanced(desk, fallback=technical, fallback_minutes=15)
    here(desk.ken, desk.mei, now=later(minutes=15))
    conversation = waiting_in(desk, group)
    sweeps.sweep(later(minutes=14))
    assert conversation.group is group
    sweeps.sweep(later(minutes=15))
    assert (conversation.group, holders(conversation)) == (technical, ["Ken"])
    row = db.session.scalar(select(Handover).where(Handover.conversation_id == conversation.id))
    assert (row.kind, row.from_group_id, row.to_group_id) == ("auto", group.id, technical.id)


def test_without_a_fallback_it_stays_and_the_owner_hears_of_it_once(desk, wallet, monkeypatch):
    heard = []
    group = advanced(desk, fallback_minutes=15)
    conversation = waiting_in(desk, group)
    monkeypatch.setattr("support.live.publish", heard.append)
    for minutes in (15, 20, 60):
        sweeps.sweep(later(minutes=minutes))
    assert (conversation.group, conversation.assignee) == (group, None)
    assert events_of(conversation).count(EventKind.CONVERSATION_STRANDED) == 1
    alerts = [poke for poke in heard if (poke.names, poke.data) == (("alert",), "waiting")]
    assert [set(poke.agents) for poke in alerts] == [{desk.sun.id, desk.olga.id}]


def test_somebody_with_a_place_there_is_never_given_more_than_his_room_over_groups(desk, wallet):
    first = frontline(desk, capacity=2, scope="chosen")
    groups.set_members(first, [desk.sun], by=None, now=START)
    second = advanced(desk, capacity=2)
    here(desk.sun)
    cases = [arrive(wallet, 1), arrive(wallet, 2), waiting_in(desk, second, 3)]
    assert holders(*cases) == ["Sun", "Sun", None]


def test_the_simulator_says_who_and_why_and_writes_nothing(desk, wallet):
    frontline(desk)
    group = advanced(desk)
    before = db.session.scalar(select(func.count(Event.id)))
    answered = routing.simulate(wallet, at=START)
    assert (answered.name, answered.why, answered.group.level) == ("Mei", Why.IN_TURN, 1)
    raised = routing.simulate(wallet, at=START, tier="escalated")
    assert (raised.group, raised.agent_id, raised.why) == (group, None, Why.NOBODY_ONLINE)
    db.session.flush()
    assert db.session.scalar(select(func.count(Event.id))) == before
    assert db.session.scalar(select(func.count(RoutingDecision.id))) == 0
    assert routing.simulate(desk.market, at=START) is None


def test_the_simulator_knows_the_customer_the_hours_and_the_line(desk, wallet):
    group = frontline(desk, hours={"mon": [["09:00", "18:00"]]})
    old = arrive(wallet, 1)
    conversations.resolve(old, by=desk.mei, now=START)
    arrive(wallet, 2)
    here(desk.mei)
    known = routing.simulate(wallet, at=START, customer=old.customer)
    assert (known.name, known.why) == ("Mei", Why.RETURNING)
    night = routing.simulate(wallet, at=later(hours=12))
    assert (night.why, night.opens_at) == (Why.CLOSED, later(days=7))
    groups.change(group, capacity=1, by=None, now=START)
    assert routing.simulate(wallet, at=START).name == "Mei"


def test_the_outlook_tells_what_a_move_would_meet(desk, wallet):
    group = advanced(desk)
    assert routing.outlook(group, now=START).expected_wait is None
    waiting_in(desk, group, 1)
    here(desk.sun, now=later(minutes=4))
    routing.drain(group, now=later(minutes=4))
    busy = routing.outlook(group, now=later(hours=1))
    assert (busy.free, busy.expected_wait.total_seconds()) == (0, 240)
    here(desk.sun, now=later(hours=1))
    idle = routing.outlook(group, now=later(hours=1))
    assert (idle.free, idle.online, idle.waiting, idle.expected_wait.seconds) == (1, 1, 0, 0)


def test_a_dissolved_group_leaves_its_conversations_to_the_fallback(desk, wallet):
    front = frontline(desk)
    second = groups.create(wallet, "Second line", by=None, now=START, scope="chosen")
    technical = groups.create(wallet, "Technical", level=3, by=None, now=START)
    groups.change(second, fallback=technical, by=None, now=START)
    conversation = waiting_in_from_frontline(desk, second)
    routing.dissolve(second, by=desk.olga, now=START)
    commit()
    assert second.removed_at == START
    assert (conversation.group, conversation.assignee) == (technical, None)
    assert groups.frontline(wallet.id) is front


def test_every_interval_and_decision_of_a_day_belongs_together(desk, wallet):
    frontline(desk)
    conversation = arrive(wallet)
    interval = db.session.scalar(select(Assignment))
    decision = db.session.scalar(select(RoutingDecision))
    assert interval.agent_id == decision.agent_id == conversation.assignee_id
    assert (interval.group_id, interval.started_at) == (conversation.group_id, decision.at)
    assert conversation.queued_at is None
    assert db.session.get(Agent, decision.agent_id) is desk.mei
