"""Four eyes: a second person decides, never oneself; with nobody there it is blocked."""

import pytest
from sqlalchemy import select

from support import alerts, approvals, risk, sweeps, transfer
from support.db import commit, db
from support.models import Alert, Event, EventKind, Membership, RiskAttempt
from support.refusals import (
    AttemptLeft,
    AttemptSettled,
    NotAllowed,
    OwnApproval,
    RejectionWhyMissing,
)
from tests.factories import START, answer, join, later, make_agent

TEXT = "The refund is on its way"


@pytest.fixture
def case(desk, mei):
    return desk.case(holder=mei)


@pytest.fixture
def david(desk):
    return join(make_agent("David"), desk.wallet, "supervisor")


@pytest.fixture
def asked(case, mei, two_eyes):
    attempt = answer(case, TEXT, by=mei)
    assert (attempt.stop, attempt.outcome) == ("approve", "waiting")
    return attempt


def called(kind="approval"):
    rows = select(Alert.agent_id).where(Alert.kind == kind, Alert.seen_at.is_(None))
    return set(db.session.scalars(rows))


def events(kind):
    return list(db.session.scalars(select(Event).where(Event.kind == kind)))


def test_the_supervisors_are_called(desk, david, asked):
    assert called() == {desk.sun.id, david.id}
    assert [approvals.waiting_for(one) for one in (desk.sun, david)] == [[asked], [asked]]


def test_nobody_else_is_asked(desk, asked):
    for one in (desk.mei, desk.ken, desk.ada, desk.zoe):
        assert not approvals.may_approve(one, asked)
        assert approvals.waiting_for(one) == []
        with pytest.raises((NotAllowed, OwnApproval)):
            approvals.approve(asked, by=one, now=START)


def test_the_token_alone_is_not_enough(case, mei, asked):
    assert answer(case, TEXT, by=mei, token=asked.token).is_stopped
    assert asked.outcome == "waiting"


def test_approved_it_is_sent_once(desk, case, mei, asked):
    approvals.approve(asked, by=desk.sun, now=later(minutes=2))
    assert (asked.outcome, asked.settled_by_id) == ("approved", desk.sun.id)
    assert asked.expires_at == later(minutes=7)
    assert called("approved") == {mei.id}
    assert called() == set()
    (message,) = answer(case, TEXT, by=mei, token=asked.token, now=later(minutes=6))
    assert (asked.outcome, asked.message_id) == ("approved", message.id)
    assert asked.settled_by_id == desk.sun.id
    assert answer(case, TEXT, by=mei, token=asked.token, now=later(minutes=6)).is_stopped
    (event,) = events(EventKind.RISK_APPROVED)
    assert (event.by_id, event.data["words"], event.data["to_name"]) == (
        desk.sun.id,
        "refund",
        "Mei",
    )


def test_approved_for_one_text_is_not_approved_for_another(desk, case, mei, asked):
    approvals.approve(asked, by=desk.sun, now=START)
    assert answer(case, f"{TEXT}: 900 USDT", by=mei, token=asked.token).is_stopped


def test_approved_and_not_sent_in_five_minutes_it_expires(desk, case, mei, asked):
    approvals.approve(asked, by=desk.sun, now=START)
    commit()
    assert answer(case, TEXT, by=mei, token=asked.token, now=later(minutes=5)).is_stopped
    commit()
    sweeps.sweep(later(minutes=5))
    db.session.refresh(asked)
    assert (asked.outcome, asked.settled_by_id) == ("expired", desk.sun.id)


def test_nobody_decides_in_time(desk, asked):
    commit()
    sweeps.sweep(later(minutes=30))
    db.session.refresh(asked)
    assert asked.outcome == "expired"
    assert called() == set()
    with pytest.raises(AttemptSettled):
        approvals.approve(asked, by=desk.sun, now=later(minutes=30))


def test_rejected_the_agent_reads_why(desk, case, mei, asked):
    with pytest.raises(RejectionWhyMissing):
        approvals.reject(asked, by=desk.sun, now=START, reason=" - ")
    approvals.reject(asked, by=desk.sun, now=START, reason="Not before Monday")
    assert (asked.outcome, asked.reason) == ("rejected", "Not before Monday")
    assert called("rejected") == {mei.id}
    assert answer(case, TEXT, by=mei, token=asked.token).is_stopped
    (event,) = events(EventKind.RISK_REJECTED)
    assert event.data["why"] == "Not before Monday"


def test_the_faster_of_two_supervisors_decides(desk, david, asked):
    approvals.reject(asked, by=david, now=START, reason="no")
    with pytest.raises(AttemptSettled):
        approvals.approve(asked, by=desk.sun, now=START)
    assert asked.outcome == "rejected"


def test_a_supervisor_does_not_approve_himself(desk, two_eyes, david):
    case = desk.case(holder=desk.sun)
    attempt = answer(case, TEXT, by=desk.sun)
    assert called() == {david.id}
    assert approvals.waiting_for(desk.sun) == []
    with pytest.raises(OwnApproval):
        approvals.approve(attempt, by=desk.sun, now=START)
    approvals.approve(attempt, by=david, now=START)


def test_the_only_supervisor_asks_an_owner(desk, two_eyes):
    attempt = answer(desk.case(holder=desk.sun), TEXT, by=desk.sun)
    assert called() == {desk.olga.id}
    assert approvals.waiting_for(desk.olga) == [attempt]
    approvals.approve(attempt, by=desk.olga, now=START)


def test_without_anybody_else_it_is_blocked(desk, two_eyes):
    for place in db.session.scalars(select(Membership).where(Membership.role == "supervisor")):
        db.session.delete(place)
    attempt = answer(desk.case(holder=desk.olga), TEXT, by=desk.olga)
    assert (attempt.stop, attempt.outcome, attempt.token) == ("block", "blocked", "")
    assert called() == set()


def test_an_owner_decides_too(desk, asked):
    assert approvals.waiting_for(desk.olga) == [asked]
    approvals.approve(asked, by=desk.olga, now=START)


def test_after_a_transfer_there_is_nothing_to_approve(desk, case, mei, asked):
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=START)
    with pytest.raises(AttemptLeft, match="Mei"):
        approvals.approve(asked, by=desk.sun, now=START)


def test_withdrawn_nobody_is_called_any_more(desk, asked, mei):
    with pytest.raises(NotAllowed):
        approvals.withdraw(asked, by=desk.ken, now=START)
    approvals.withdraw(asked, by=mei, now=START)
    assert (asked.outcome, called()) == ("cancelled", set())
    assert approvals.waiting_for(desk.sun) == []


def test_while_another_waits_the_call_stands(desk, case, asked, mei):
    other = answer(case, f"{TEXT}!", by=mei)
    approvals.withdraw(asked, by=mei, now=START)
    assert called() == {desk.sun.id}
    approvals.withdraw(other, by=mei, now=START)
    assert called() == set()


def test_open_pages_hear_of_it(desk, case, mei, two_eyes, monkeypatch):
    heard = []
    monkeypatch.setattr("support.live.publish", heard.append)
    attempt = answer(case, TEXT, by=mei)
    commit()
    assert any("approvals" in poke.names and desk.sun.id in poke.agents for poke in heard)
    approvals.approve(attempt, by=desk.sun, now=START)
    commit()
    (told,) = [poke for poke in heard if f"attempt-{attempt.id}" in poke.names]
    assert told.agents == (mei.id,)


def test_what_a_group_blocks_nobody_approves(desk, case, mei, words):
    words("Never", "guarantee", action="block", four_eyes=True)
    assert answer(case, "a guarantee", by=mei).stop == "block"
    assert called() == set()


def test_the_strictest_of_confirm_and_approve_is_approve(case, mei, frozen, two_eyes):
    attempt = answer(case, "refund to T9yD", by=mei)
    assert attempt.stop == "approve"
    assert len(attempt.hits) == 2


def test_alerts_of_another_kind_stay(desk, case, asked, mei):
    alerts.tell((desk.sun.id,), case, "waiting", by=None, now=START)
    approvals.withdraw(asked, by=mei, now=START)
    assert called("waiting") == {desk.sun.id}


def test_an_expired_one_can_be_expired_again(asked):
    commit()
    for _ in range(2):
        approvals.expire(asked, now=later(hours=1))
    assert db.session.get_one(RiskAttempt, asked.id).outcome == "expired"
    assert risk.due(now=later(hours=2)) == []
