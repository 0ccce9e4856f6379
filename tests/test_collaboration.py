"""Collaboration: many read, one replies; the lead moves at one instant and takes nothing away."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from support import (
    access,
    alerts,
    collaboration,
    conversations,
    drafts,
    escalation,
    groups,
    live,
    notes,
    transfer,
)
from support.db import commit, db
from support.models import Agent, Assignment, Conversation, Event, EventKind, Message
from support.refusals import (
    AlreadyLead,
    AlreadyResolved,
    NobodyHolds,
    NotAllowed,
    NotAssignee,
    NotFound,
    NotJoined,
    TransferTargetUnfit,
)
from tests.factories import START, answer, join, later, make_agent, numbers, say


@pytest.fixture
def case(desk, mei):
    """Give a conversation that Mei leads and Ken has joined."""
    conversation = desk.case("before", holder=mei)
    collaboration.add(conversation, desk.ken, by=desk.sun, now=later(minutes=1))
    commit()
    return conversation


def rows(conversation):
    found = select(Assignment).where(Assignment.conversation_id == conversation.id)
    return [
        (row.agent_id, row.role, row.started_at, row.ended_at)
        for row in db.session.scalars(found.order_by(Assignment.id))
    ]


def texts(agent):
    found = select(Message.text).where(access.visible(agent, Message)).order_by(Message.seq)
    return list(db.session.scalars(found))


def test_a_supervisor_adds_and_nobody_else(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(NotAllowed):
        collaboration.add(conversation, desk.ken, by=mei, now=START)
    collaboration.add(conversation, desk.ken, by=desk.sun, now=START)
    assert conversations.collaborators(conversation) == [desk.ken]


def test_adding_twice_is_adding_once(desk, case):
    collaboration.add(case, desk.ken, by=desk.sun, now=later(minutes=2))
    assert len(rows(case)) == 2


def test_the_lead_cannot_be_a_collaborator_too(desk, mei, case):
    collaboration.add(case, mei, by=desk.sun, now=later(minutes=2))
    assert conversations.collaborators(case) == [desk.ken]


def test_the_unfit_are_not_added(desk, case):
    for unfit in (desk.zoe, desk.ada):
        with pytest.raises(TransferTargetUnfit):
            collaboration.add(case, unfit, by=desk.sun, now=START)


def test_a_collaborator_reads_and_writes_notes_and_does_not_reply(desk, mei, case):
    assert access.find_conversation(desk.ken, case.id) is case
    notes.write(case, "look at the ledger", by=desk.ken, now=START, client_key=None)
    with pytest.raises(NotAssignee, match="Only Mei"):
        answer(case, by=desk.ken)
    assert texts(desk.ken) == ["before"]


def test_collaborators_hear_what_happens(desk, mei, case):
    assert set(conversations.joined(case)) == {mei.id, desk.ken.id}


def test_who_leaves_sees_nothing_later(desk, case, wallet):
    collaboration.leave(case, desk.ken, by=desk.ken, now=later(minutes=2))
    say(wallet, "after", now=later(minutes=3))
    commit()
    assert texts(desk.ken) == ["before"]
    desk.wallet.after_transfer = "nothing"
    commit()
    with pytest.raises(NotFound):
        access.find_conversation(desk.ken, case.id)


def test_only_a_supervisor_sends_somebody_away(desk, mei, case):
    with pytest.raises(NotAllowed):
        collaboration.leave(case, desk.ken, by=mei, now=later(minutes=2))
    collaboration.leave(case, desk.ken, by=desk.sun, now=later(minutes=2))
    with pytest.raises(NotJoined, match="Ken"):
        collaboration.leave(case, desk.ken, by=desk.sun, now=later(minutes=2))


def test_the_lead_does_not_leave_but_hands_over(mei, case):
    with pytest.raises(AlreadyLead):
        collaboration.leave(case, mei, by=mei, now=later(minutes=2))


def test_a_collaborator_asks_for_the_lead_once(desk, mei, case):
    first = collaboration.ask_lead(case, by=desk.ken, now=later(minutes=2))
    assert collaboration.ask_lead(case, by=desk.ken, now=later(minutes=3)) is first
    assert [alert.kind for alert in alerts.unseen(mei)] == ["lead"]
    with pytest.raises(NotJoined):
        collaboration.ask_lead(case, by=desk.sun, now=later(minutes=2))
    with pytest.raises(AlreadyLead):
        collaboration.ask_lead(case, by=mei, now=later(minutes=2))


def test_the_lead_gives_it_and_stays(desk, mei, case):
    collaboration.ask_lead(case, by=desk.ken, now=later(minutes=2))
    collaboration.give_lead(case, desk.ken, by=mei, now=later(minutes=3))
    assert case.assignee_id == desk.ken.id
    assert rows(case) == [
        (mei.id, "assignee", START, later(minutes=3)),
        (desk.ken.id, "collaborator", later(minutes=1), later(minutes=3)),
        (desk.ken.id, "assignee", later(minutes=3), None),
        (mei.id, "collaborator", later(minutes=3), None),
    ]
    assert conversations.requests(case) == []
    assert alerts.unseen(mei) == []
    answer(case, by=desk.ken, now=later(minutes=4))
    assert len(texts(mei)) == 2


def test_the_draft_of_the_old_lead_is_kept(desk, mei, case):
    drafts.save(case, "Dear Maria, we", mode="reply", by=mei, now=later(minutes=2))
    collaboration.give_lead(case, desk.ken, by=desk.sun, now=later(minutes=3))
    with pytest.raises(NotAssignee, match="Only Ken"):
        answer(case, by=mei)
    assert drafts.find(case, mode="reply", by=mei).text == "Dear Maria, we"


def test_only_the_lead_or_a_supervisor_gives_it_and_only_to_a_collaborator(desk, mei, case):
    with pytest.raises(NotAllowed):
        collaboration.give_lead(case, desk.ken, by=desk.ken, now=START)
    with pytest.raises(NotJoined, match="Sun"):
        collaboration.give_lead(case, desk.sun, by=mei, now=START)
    with pytest.raises(AlreadyLead):
        collaboration.give_lead(case, mei, by=desk.sun, now=START)


def test_what_nobody_holds_has_no_lead_to_give(desk, mei, case):
    conversations.release(case, by=mei, now=later(minutes=2))
    with pytest.raises(NobodyHolds):
        collaboration.give_lead(case, desk.ken, by=desk.sun, now=later(minutes=3))
    conversations.take(case, by=desk.ken, now=later(minutes=4))
    assert [row[1] for row in rows(case) if row[3] is None] == ["assignee"]


def test_resolving_sends_everybody_home(desk, mei, case, wallet):
    conversations.resolve(case, by=mei, now=later(minutes=2))
    assert all(row[3] == later(minutes=2) for row in rows(case))
    with pytest.raises(AlreadyResolved):
        collaboration.add(case, desk.sun, by=desk.sun, now=later(minutes=3))
    say(wallet, "after", now=later(minutes=4))
    commit()
    assert texts(desk.ken) == ["before"]


def test_a_transfer_leaves_the_collaborators_where_they_are(desk, mei, case):
    tom = join(make_agent("Tom"), desk.wallet)
    transfer.transfer(case, to=tom, by=mei, note="", now=later(minutes=2))
    assert conversations.collaborators(case) == [desk.ken]


def test_a_transfer_to_a_collaborator_makes_him_the_lead(desk, mei, case):
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=later(minutes=2))
    assert conversations.collaborators(case) == []
    assert case.assignee_id == desk.ken.id


def test_the_story_a_supervisor_adds_a_technician_and_gives_the_lead(desk, mei, sun):
    _, advanced = groups.offer(desk.wallet, by=desk.olga, now=START)
    live.seen(sun.id, now=START)
    conversation = desk.case(now=START)
    transfer.takeover(conversation, by=sun, expected=conversation.assignee_id, now=START)
    tom = join(make_agent("Tom"), desk.wallet)
    collaboration.add(conversation, tom, by=sun, now=later(minutes=1))
    collaboration.give_lead(conversation, tom, by=sun, now=later(minutes=2))
    conversations.resolve(conversation, by=tom, now=later(minutes=3))
    assert conversation.is_resolved
    assert advanced.level == 2


def test_giving_the_lead_accepts_what_was_handed_over(desk, mei, case):
    tom = join(make_agent("Tom"), desk.wallet)
    transfer.transfer(case, to=tom, by=mei, note="", now=later(minutes=2))
    collaboration.give_lead(case, desk.ken, by=tom, now=later(minutes=3))
    assert escalation.late(now=later(hours=1)) == []


def test_what_was_done_is_on_the_timeline(desk, mei, case):
    collaboration.ask_lead(case, by=desk.ken, now=later(minutes=2))
    collaboration.give_lead(case, desk.ken, by=mei, now=later(minutes=3))
    collaboration.leave(case, mei, by=mei, now=later(minutes=4))
    found = select(Event.kind).where(Event.conversation_id == case.id).order_by(Event.id)
    assert list(db.session.scalars(found))[-4:] == [
        EventKind.COLLABORATOR_JOINED,
        EventKind.LEAD_ASKED,
        EventKind.LEAD_GIVEN,
        EventKind.COLLABORATOR_LEFT,
    ]


def test_two_replies_never_cross(app, desk, mei, case):
    """Mei replies while the lead goes to Ken, who replies: hers stands before, or not at all."""
    case_id, mei_id, ken_id = case.id, mei.id, desk.ken.id
    for _ in range(6):
        db.session.remove()
        outcome = race(app, case_id, mei_id, ken_id)
        db.session.expire_all()
        given = select(Event.seq).where(Event.kind == EventKind.LEAD_GIVEN)
        border = max(db.session.scalars(given))
        sent = select(Message).where(Message.direction == "out").order_by(Message.seq)
        late = [m.agent_id for m in db.session.scalars(sent) if m.seq > border]
        assert mei_id not in late
        assert ("Mei" in outcome) or ("refused" in outcome)
        conversation = db.session.get_one(Conversation, case_id)
        collaboration.give_lead(
            conversation,
            db.session.get_one(Agent, mei_id),
            by=db.session.get_one(Agent, ken_id),
            now=later(minutes=9),
        )
        commit()


def race(app, case_id, mei_id, ken_id):
    barrier, outcome = Barrier(2), []

    def replies():
        with app.app_context():
            barrier.wait()
            mei = db.session.get_one(Agent, mei_id)
            try:
                conversation = db.session.get_one(Conversation, case_id)
                answer(conversation, by=mei, now=later(minutes=5), key=f"race-{next(numbers)}")
                commit()
                outcome.append("Mei")
            except NotAssignee:
                db.session.rollback()
                outcome.append("refused")

    def gives():
        with app.app_context():
            barrier.wait()
            conversation = db.session.get_one(Conversation, case_id)
            mei, ken = (db.session.get_one(Agent, one) for one in (mei_id, ken_id))
            collaboration.give_lead(conversation, ken, by=mei, now=later(minutes=5))
            answer(conversation, by=ken, now=later(minutes=5), key=f"race-{next(numbers)}")
            commit()

    threads = [Thread(target=replies), Thread(target=gives)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def test_without_a_lead_the_supervisors_are_asked(desk, mei, case):
    conversations.release(case, by=mei, now=later(minutes=2))
    collaboration.ask_lead(case, by=desk.ken, now=later(minutes=3))
    assert [alert.kind for alert in alerts.unseen(desk.sun)] == ["lead"]


def test_everybody_who_asked_is_settled_when_the_case_is_closed(desk, mei, case):
    tom = join(make_agent("Tom"), desk.wallet)
    collaboration.add(case, tom, by=desk.sun, now=later(minutes=1))
    collaboration.ask_lead(case, by=desk.ken, now=later(minutes=2))
    collaboration.ask_lead(case, by=tom, now=later(minutes=2))
    collaboration.leave(case, tom, by=tom, now=later(minutes=3))
    assert [request.agent_id for request in conversations.requests(case)] == [desk.ken.id]
    conversations.resolve(case, by=mei, now=later(minutes=4))
    assert conversations.requests(case) == []
