"""Transfer: the old desk goes dark at that instant, the new one sees everything."""

import pytest
from sqlalchemy import select

from support import conversations, people, transfer, unread
from support.db import db
from support.models import Assignment, Handover, Note
from support.refusals import (
    AlreadyResolved,
    AlreadyTaken,
    HandoverNoteMissing,
    NobodyHolds,
    NotAssignee,
    TransferTargetUnfit,
    TransferToSelf,
)
from tests.factories import START, answer, later, say


def move(conversation, *, to, by, note="Refund is beyond my limit", now=START):
    return transfer.transfer(conversation, to=to, by=by, note=note, now=now)


def test_a_transfer_changes_the_holder_and_keeps_both_intervals(desk, mei):
    conversation = desk.case(holder=mei)
    move(conversation, to=desk.ken, by=mei, now=later(minutes=3))
    rows = db.session.scalars(select(Assignment).order_by(Assignment.id)).all()
    assert conversation.assignee_id == desk.ken.id
    assert [(row.agent_id, row.ended_at) for row in rows] == [
        (mei.id, later(minutes=3)),
        (desk.ken.id, None),
    ]


def test_the_handover_carries_its_note(desk, mei):
    conversation = desk.case(holder=mei)
    handover = move(conversation, to=desk.ken, by=mei)
    assert handover.note.text == "Refund is beyond my limit"
    assert (handover.kind, handover.from_agent_id, handover.to_agent_id) == (
        "transfer",
        mei.id,
        desk.ken.id,
    )


def test_a_note_is_optional_unless_the_project_asks_for_it(desk, mei):
    conversation = desk.case(holder=mei)
    assert move(conversation, to=desk.ken, by=mei, note="").note is None
    desk.wallet.transfer_note = "mandatory"
    with pytest.raises(HandoverNoteMissing):
        move(conversation, to=mei, by=desk.ken, note="   ")
    assert conversation.assignee_id == desk.ken.id


def test_the_receiver_finds_what_was_not_answered_unread(desk, mei, wallet):
    conversation = desk.case(holder=mei)
    answer(conversation, by=mei)
    say(wallet, "and now?")
    unread.mark_read(conversation, by=mei, upto=10_000)
    move(conversation, to=desk.ken, by=mei)
    assert conversation.unread_count == 1


def test_nobody_transfers_to_himself(desk, mei):
    with pytest.raises(TransferToSelf):
        move(desk.case(holder=mei), to=mei, by=mei)


def test_only_the_holder_transfers(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(NotAssignee):
        move(conversation, to=desk.sun, by=desk.ken)


def test_what_nobody_holds_is_not_transferred(desk, mei):
    with pytest.raises(NobodyHolds):
        move(desk.case(), to=desk.ken, by=mei)


def test_the_unfit_are_refused(desk, mei):
    conversation = desk.case(holder=mei)
    people.disable(desk.ken, by=desk.olga, now=START)
    for unfit in (desk.ken, desk.zoe, desk.ada):
        with pytest.raises(TransferTargetUnfit, match=unfit.name):
            move(conversation, to=unfit, by=mei)
    assert conversation.assignee_id == mei.id


def test_a_resolved_conversation_is_not_transferred(desk, mei):
    conversation = desk.case(holder=mei)
    conversations.resolve(conversation, by=mei, now=START)
    with pytest.raises(AlreadyResolved):
        move(conversation, to=desk.ken, by=mei)


def test_a_second_transfer_of_the_old_page_is_refused(desk, mei, sun):
    conversation = desk.case(holder=mei)
    move(conversation, to=desk.ken, by=mei)
    with pytest.raises(NotAssignee, match="Only Ken"):
        move(conversation, to=sun, by=mei)


def test_a_refused_transfer_leaves_no_note_behind(desk, mei):
    conversation = desk.case(holder=mei)
    with pytest.raises(TransferTargetUnfit):
        move(conversation, to=desk.zoe, by=mei)
    db.session.rollback()
    assert db.session.scalar(select(Note)) is None
    assert db.session.scalar(select(Handover)) is None


def test_a_supervisor_takes_over_from_whom_he_saw(desk, mei, sun):
    conversation = desk.case(holder=mei)
    handover = transfer.takeover(conversation, by=sun, expected=mei.id, now=later(minutes=1))
    assert (handover.kind, conversation.assignee_id) == ("takeover", sun.id)


def test_a_takeover_from_somebody_else_is_refused(desk, mei, sun):
    conversation = desk.case(holder=mei)
    move(conversation, to=desk.ken, by=mei)
    with pytest.raises(AlreadyTaken, match="Ken"):
        transfer.takeover(conversation, by=sun, expected=mei.id, now=later(minutes=1))
