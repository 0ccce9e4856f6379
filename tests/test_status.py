"""Status: parked, answered without words, resolved with five seconds to think again."""

import pytest
from sqlalchemy import select

from support import alerts, collaboration, conversations, notes, status, sweeps, transfer
from support.db import commit, db
from support.models import Assignment, Event, EventKind, Resolution
from support.refusals import (
    AlreadyResolved,
    NobodyHolds,
    NotAssignee,
    NothingToUndo,
    NothingUnanswered,
    SnoozeBad,
)
from tests.factories import START, answer, later, say


@pytest.fixture
def case(desk, mei):
    return desk.case(holder=mei)


def kinds(conversation):
    rows = select(Event.kind).where(Event.conversation_id == conversation.id).order_by(Event.id)
    return list(db.session.scalars(rows))


def test_snoozing_until_a_time(desk, mei, case):
    status.snooze(case, until=later(hours=2), by=mei, now=START)
    assert (case.status, case.snoozed_until) == ("snoozed", later(hours=2))
    assert (case.assignee_id, kinds(case)[-1]) == (mei.id, EventKind.CONVERSATION_SNOOZED)


@pytest.mark.parametrize("until", [START, later(seconds=-1), later(days=366)])
def test_a_bad_time_is_refused(mei, case, until):
    with pytest.raises(SnoozeBad):
        status.snooze(case, until=until, by=mei, now=START)
    assert case.status == "open"


def test_it_wakes_when_its_time_has_come(mei, case):
    status.snooze(case, until=later(hours=2), by=mei, now=START)
    commit()
    assert status.rested(now=later(hours=1)) == []
    assert status.rested(now=later(hours=2)) == [case.id]
    assert status.wake_up(case, now=later(hours=2))
    assert (case.status, case.snoozed_until) == ("open", None)
    assert [alert.kind for alert in alerts.unseen(mei)] == ["snooze"]
    assert not status.wake_up(case, now=later(hours=2))


def test_a_customers_message_wakes_it_earlier(desk, mei, case, wallet):
    status.snooze(case, until=later(hours=2), by=mei, now=START)
    say(wallet, "are you there?", now=later(minutes=1))
    assert (case.status, case.assignee_id) == ("open", mei.id)
    assert EventKind.CONVERSATION_WOKEN in kinds(case)


def test_waiting_on_the_customer_ends_when_he_writes(mei, case, wallet):
    status.wait(case, by=mei, now=START)
    assert case.status == "waiting"
    say(wallet, "here it is", now=later(minutes=1))
    assert case.status == "open"


def test_a_parked_one_can_be_taken_up_again(mei, case):
    status.wait(case, by=mei, now=START)
    status.resume(case, by=mei, now=later(minutes=1))
    assert case.status == "open"
    before = len(kinds(case))
    status.resume(case, by=mei, now=later(minutes=1))
    assert len(kinds(case)) == before


def test_parking_twice_says_it_once_and_another_time_replaces_the_first(mei, case):
    status.wait(case, by=mei, now=START)
    status.wait(case, by=mei, now=START)
    assert kinds(case).count(EventKind.CONVERSATION_WAITING) == 1
    status.snooze(case, until=later(hours=1), by=mei, now=START)
    status.snooze(case, until=later(hours=2), by=mei, now=START)
    assert case.snoozed_until == later(hours=2)


def test_only_the_holder_parks(desk, mei, case):
    with pytest.raises(NotAssignee):
        status.wait(case, by=desk.ken, now=START)
    conversations.release(case, by=mei, now=START)
    with pytest.raises(NobodyHolds):
        status.snooze(case, until=later(hours=1), by=mei, now=START)


def test_who_gets_a_parked_conversation_finds_it_open(desk, mei, case):
    status.snooze(case, until=later(hours=2), by=mei, now=START)
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=later(minutes=1))
    assert (case.status, case.snoozed_until) == ("open", None)


def test_no_reply_needed_clears_what_waits_and_is_counted(desk, mei, case, wallet):
    status.no_reply_needed(case, by=mei, now=START)
    assert (case.unread_count, kinds(case)[-1]) == (0, EventKind.NO_REPLY_NEEDED)
    with pytest.raises(NothingUnanswered):
        status.no_reply_needed(case, by=mei, now=START)
    say(wallet, "one more thing", now=later(minutes=1))
    assert case.unread_count == 1
    status.no_reply_needed(case, by=mei, now=later(minutes=2))
    answer(case, by=mei, now=later(minutes=3))
    with pytest.raises(NothingUnanswered):
        status.no_reply_needed(case, by=mei, now=later(minutes=4))


def click(case, mei, now=START):
    made = status.resolve(case, by=mei, now=now)
    commit()
    return made


def test_resolving_takes_effect_after_five_seconds_with_the_click_as_its_time(mei, case):
    resolution = click(case, mei)
    assert case.status == "open"
    assert status.due(now=later(seconds=4)) == []
    assert not status.take_effect(case, now=later(seconds=4))
    assert status.due(now=later(seconds=5)) == [case.id]
    assert status.take_effect(case, now=later(seconds=9))
    assert (case.status, case.resolved_at) == ("resolved", START)
    assert resolution.done_at == later(seconds=5)
    interval = db.session.scalar(select(Assignment))
    assert interval.ended_at == START
    assert (
        db.session.scalars(
            select(Event.at).where(Event.kind == EventKind.CONVERSATION_RESOLVED)
        ).one()
        == START
    )


def test_a_click_and_its_sweep(mei, case):
    click(case, mei)
    sweeps.finish(now=later(seconds=5))
    sweeps.finish(now=later(seconds=6))
    assert case.status == "resolved"
    assert kinds(case).count(EventKind.CONVERSATION_RESOLVED) == 1


def test_two_clicks_are_one(mei, case):
    assert click(case, mei) is click(case, mei, now=later(seconds=2))


def test_it_can_be_undone_for_five_seconds(mei, case):
    resolution = click(case, mei)
    status.undo(case, by=mei, now=later(seconds=4))
    assert (resolution.undone_at, resolution.undone_by_id) == (later(seconds=4), mei.id)
    assert status.due(now=later(hours=1)) == []
    assert kinds(case)[-1] == EventKind.RESOLUTION_UNDONE
    click(case, mei, now=later(minutes=1))
    with pytest.raises(NothingToUndo):
        status.undo(case, by=mei, now=later(minutes=1, seconds=5))


def test_only_the_holder_resolves_and_undoes(desk, mei, case):
    with pytest.raises(NotAssignee):
        status.resolve(case, by=desk.ken, now=START)
    with pytest.raises(NothingToUndo):
        status.undo(case, by=mei, now=START)
    click(case, mei)
    with pytest.raises(NotAssignee):
        status.undo(case, by=desk.ken, now=START)


def test_what_is_resolved_is_not_resolved_again(mei, case):
    click(case, mei)
    status.take_effect(case, now=later(seconds=5))
    with pytest.raises(AlreadyResolved):
        status.resolve(case, by=mei, now=later(seconds=6))
    with pytest.raises(NothingToUndo):
        status.undo(case, by=mei, now=later(seconds=6))


def customer_writes(desk, case):
    say(desk.wallet, "wait, one thing", now=later(seconds=2))


def holder_replies(desk, case):
    answer(case, by=desk.mei, now=later(seconds=2))


def supervisor_takes_over(desk, case):
    transfer.takeover(case, by=desk.sun, expected=desk.mei.id, now=later(seconds=2))


def holder_transfers(desk, case):
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(seconds=2))


def holder_snoozes(desk, case):
    status.snooze(case, until=later(hours=1), by=desk.mei, now=later(seconds=2))


def lead_moves(desk, case):
    collaboration.add(case, desk.ken, by=desk.sun, now=later(seconds=1))
    collaboration.give_lead(case, desk.ken, by=desk.sun, now=later(seconds=2))


@pytest.mark.parametrize(
    "deed",
    [
        customer_writes,
        holder_replies,
        supervisor_takes_over,
        holder_transfers,
        holder_snoozes,
        lead_moves,
    ],
)
def test_whatever_moves_it_within_the_five_seconds_keeps_it_open(desk, mei, case, deed):
    click(case, mei)
    deed(desk, case)
    commit()
    assert status.due(now=later(hours=1)) == []
    assert not status.take_effect(case, now=later(hours=1))
    assert case.status != "resolved"
    resolution = db.session.scalar(select(Resolution))
    assert resolution.undone_at == later(seconds=2)


def test_a_note_within_the_five_seconds_changes_nothing(desk, mei, case):
    click(case, mei)
    notes.write(case, "all good", by=desk.sun, now=later(seconds=2), client_key=None)
    assert status.take_effect(case, now=later(seconds=5))
    assert case.status == "resolved"


def test_a_message_after_it_reopens_to_the_holder(desk, mei, case, wallet):
    click(case, mei)
    status.take_effect(case, now=later(seconds=5))
    say(wallet, "still broken", now=later(seconds=6))
    assert (case.status, case.assignee_id) == ("open", mei.id)
