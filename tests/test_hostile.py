"""Hostile deeds: each gets a sentence, and the conversation is on one desk or in one queue."""

from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from support import (
    access,
    collaboration,
    conversations,
    groups,
    notes,
    people,
    routing,
    sweeps,
    transfer,
)
from support.db import commit, db
from support.models import Agent, Assignment, Conversation, Group, Message
from support.refusals import (
    FallbackCircle,
    GroupUnfit,
    HandoverNoteMissing,
    NotAllowed,
    NoteEmpty,
    Refusal,
)
from tests.factories import START, later, say
from tests.shifts import advanced, arrive, frontline, here

UNSEEN = ("   ", "\u200b", "\u2060 \u200d", "\u2800", "\u3164", "\n\t")


@pytest.fixture
def teams(desk):
    """Give a frontline, a second group beside it that falls back to it, and a higher one."""
    desk.frontline = frontline(desk)
    desk.beside = groups.create(desk.wallet, "Evening", by=desk.olga, now=START)
    groups.change(desk.beside, fallback=desk.frontline, by=desk.olga, now=START)
    desk.advanced = advanced(desk)
    commit()
    return desk


@pytest.fixture
def case(teams, mei, wallet):
    """Give a conversation that Mei holds."""
    return held(wallet, mei)


def held(wallet, agent, number=1):
    conversation = arrive(wallet, number)
    if conversation.assignee_id is None:
        conversations.take(conversation, by=agent, now=START)
    elif conversation.assignee_id != agent.id:
        transfer.transfer(conversation, to=agent, by=conversation.assignee, note="", now=START)
    commit()
    return conversation


def place(conversation):
    """Return holder and group; assert that it is on exactly one desk or in one queue."""
    db.session.expire_all()
    leads = select(func.count()).where(
        Assignment.conversation_id == conversation.id,
        Assignment.role == "assignee",
        Assignment.ended_at.is_(None),
    )
    on_desk = conversation.assignee_id is not None
    assert db.session.scalar(leads) == int(on_desk)
    assert on_desk == (conversation.queued_at is None)
    assert conversation.group is None or conversation.group.removed_at is None
    return conversation.assignee, conversation.group


@pytest.mark.parametrize("text", UNSEEN)
def test_a_note_of_nothing_that_is_seen_is_none(case, mei, text):
    with pytest.raises(NoteEmpty):
        notes.write(case, text, by=mei, now=START, client_key="a")
    assert notes.write(case, "👍", by=mei, now=START, client_key="b").text == "👍"


@pytest.mark.parametrize("text", UNSEEN)
def test_a_mandatory_note_of_nothing_that_is_seen_is_missing(case, teams, mei, text):
    case.project.transfer_note = "mandatory"
    commit()
    with pytest.raises(HandoverNoteMissing):
        transfer.transfer(case, to=teams.ken, by=mei, note=text, now=START)
    db.session.rollback()
    assert place(case)[0] is mei


@pytest.mark.parametrize("text", UNSEEN)
def test_an_optional_note_of_nothing_that_is_seen_is_left_out(case, teams, mei, text):
    handover = transfer.transfer(case, to=teams.ken, by=mei, note=text, now=START)
    assert handover.note is None


def test_who_commands_nothing_takes_nothing_over(case, teams, mei):
    with pytest.raises(NotAllowed):
        transfer.takeover(case, by=teams.ken, expected=mei.id, now=START)
    db.session.rollback()
    assert place(case)[0] is mei


def test_what_lies_in_a_removed_group_is_found(case, teams, mei):
    """As when it came there in the moment in which the group was removed."""
    conversations.release(case, by=mei, now=START)
    case.group = teams.beside
    teams.beside.removed_at = START
    commit()
    sweeps.sweep(later(seconds=5))
    assert place(case)[1] is db.session.get_one(Group, teams.frontline.id)


def test_what_is_held_in_a_removed_group_is_anothers_too(case, teams):
    case.group = teams.advanced
    teams.advanced.removed_at = START
    commit()
    sweeps.sweep(later(seconds=5))
    assert place(case)[1] is db.session.get_one(Group, teams.frontline.id)


def test_a_removed_group_is_no_target(case, teams, mei):
    groups.remove(teams.beside, by=teams.olga, now=START)
    commit()
    with pytest.raises(GroupUnfit):
        transfer.transfer(case, to=teams.beside, by=mei, note="", now=START)
    db.session.rollback()
    assert place(case)[0] is mei


def in_turn(app, first, second):
    """Begin a second deed while the first is done and not committed; return what was refused."""
    db.session.remove()
    begun, refused = Event(), []

    def do(work, *, leads):
        with app.app_context():
            try:
                if not leads:
                    begun.wait(10)
                work()
                if leads:
                    begun.set()
                    waiting.join(0.5)
                commit()
            except Refusal as refusal:
                db.session.rollback()
                refused.append(type(refusal))

    waiting = Thread(target=do, args=(second,), kwargs={"leads": False})
    leading = Thread(target=do, args=(first,), kwargs={"leads": True})
    for thread in (waiting, leading):
        thread.start()
    for thread in (leading, waiting):
        thread.join()
    return refused


def test_a_group_is_not_removed_under_what_just_comes_to_it(app, case, teams, mei):
    case_id, beside_id, mei_id, olga_id = case.id, teams.beside.id, mei.id, teams.olga.id

    def comes():
        conversation = db.session.get_one(Conversation, case_id)
        group, by = db.session.get_one(Group, beside_id), db.session.get_one(Agent, mei_id)
        transfer.transfer(conversation, to=group, by=by, note="", now=START)

    def goes():
        group = db.session.get_one(Group, beside_id)
        routing.dissolve(group, by=db.session.get_one(Agent, olga_id), now=START)

    in_turn(app, comes, goes)
    place(db.session.get_one(Conversation, case_id))


def test_nothing_comes_to_a_group_that_is_just_removed(app, case, teams, mei):
    case_id, beside_id, mei_id, olga_id = case.id, teams.beside.id, mei.id, teams.olga.id

    def comes():
        conversation = db.session.get_one(Conversation, case_id)
        group, by = db.session.get_one(Group, beside_id), db.session.get_one(Agent, mei_id)
        transfer.transfer(conversation, to=group, by=by, note="", now=START)

    def goes():
        group = db.session.get_one(Group, beside_id)
        routing.dissolve(group, by=db.session.get_one(Agent, olga_id), now=START)

    assert in_turn(app, goes, comes) == [GroupUnfit]
    place(db.session.get_one(Conversation, case_id))


def test_two_who_close_a_circle_at_once_close_none(app, teams):
    first_id, second_id = teams.frontline.id, teams.beside.id
    groups.change(teams.beside, fallback=None, by=teams.olga, now=START)
    commit()

    def leads(group_id, to_id):
        group, to = db.session.get_one(Group, group_id), db.session.get_one(Group, to_id)
        groups.change(group, fallback=to, by=None, now=START)

    refused = in_turn(app, lambda: leads(first_id, second_id), lambda: leads(second_id, first_id))
    assert refused == [FallbackCircle]
    assert db.session.get_one(Group, second_id).fallback_id is None


def test_a_collaborator_who_lost_his_place_sees_nothing(case, teams, sun):
    here(sun)
    ken = teams.ken
    collaboration.add(case, ken, by=sun, now=START)
    commit()
    assert count_seen(ken, case) == 1
    people.remove_member(ken, case.project, by=teams.olga, now=START)
    commit()
    db.session.expire_all()
    assert count_seen(ken, case) == 0


def count_seen(agent, conversation):
    """Count what an agent may see of a conversation."""
    seen = select(func.count(Message.id)).where(
        Message.conversation_id == conversation.id, access.visible(agent, Message)
    )
    return db.session.scalar(seen)


def test_a_collaborator_who_lost_his_place_is_gone_when_he_comes_back(case, teams, sun, wallet):
    ken = teams.ken
    collaboration.add(case, ken, by=sun, now=START)
    people.remove_member(ken, wallet, by=teams.olga, now=START)
    commit()
    sweeps.sweep(later(seconds=5))
    say(wallet, "and now?", who=None, now=later(minutes=1))
    assert ken not in conversations.collaborators(db.session.get_one(Conversation, case.id))
