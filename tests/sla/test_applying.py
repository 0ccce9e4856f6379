"""A newer version let count for what runs: due anew, logged, and nothing closed or broken moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support import calendars, promises, sweeps
from support.db import commit, db
from support.models import Event, EventKind, Project, SlaApplication
from support.refusals import NothingToApply
from support.sla import accounts, applying, policies
from support.sla.accounts import Horizon
from support.sla.promise import Asked
from tests.factories import START, later
from tests.sla.telling import clocks, written

FIRST, SOLVED = ("standard", "first_response"), ("standard", "resolution")


def project(teller):
    return db.session.get_one(Project, teller.desk.wallet.id)


def promised(teller, minutes=2, **others):
    """Make a version in the second minute, and return its number."""
    targets = {key: Asked(seconds) for key, seconds in others.pop("targets", {}).items()}
    facts = {"by": teller.who("sun"), "now": later(minutes=minutes), **others}
    policies.change(project(teller), targets=targets, **facts)
    commit()


def applied(teller, minutes=2):
    promises.apply(project(teller), by=teller.who("sun"), now=later(minutes=minutes))
    commit()
    sweeps.apply_policies(later(minutes=minutes))
    db.session.expire_all()


def due(teller, metric):
    found = [one for one in clocks(teller.case.id) if one.metric == metric]
    return [(one.policy_version, written(one.due_at)) for one in found]


def test_a_running_clock_is_due_anew_from_its_own_start(teller):
    teller.tell("0 maria writes\n1 mei takes")
    promised(teller, targets={FIRST: 600, SOLVED: 7_200})
    assert due(teller, "first_response") == [(0, "5")]
    applied(teller)
    assert due(teller, "first_response") == [(1, "10")]
    assert due(teller, "resolution") == [(1, "120")]
    assert written(teller.case.due_at) == "10"


def test_its_reminders_come_at_the_shares_of_the_new_target(teller):
    teller.tell("0 maria writes\n1 mei takes")
    sweeps.remind(later(minutes=2, seconds=30))
    promised(teller, minutes=3, targets={FIRST: 3_600})
    applied(teller, minutes=3)
    clock = next(one for one in clocks(teller.case.id) if one.metric == "first_response")
    assert written(clock.look_at) == "48"


def test_the_pauses_of_its_own_still_count(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei replies\n3 mei waits\n13 mei resumes")
    promised(teller, minutes=14, targets={SOLVED: 3_600})
    applied(teller, minutes=14)
    assert due(teller, "resolution") == [(1, "70")]


def test_a_parked_case_stands_or_goes_on_as_the_new_version_says(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei replies\n3 mei waits")
    promised(teller, minutes=13, pause_waiting=False)
    applied(teller, minutes=13)
    assert due(teller, "resolution") == [(1, "40")]
    promised(teller, minutes=15, pause_waiting=True)
    applied(teller, minutes=15)
    assert due(teller, "resolution") == [(2, "-")]
    teller.tell("20 mei resumes")
    assert due(teller, "resolution") == [(2, "45")]


def test_what_is_closed_or_broken_stays_as_it_was_promised(teller):
    teller.tell("0 maria writes\n1 mei takes\n3 mei replies\n10 maria writes")
    promised(teller, minutes=16, targets={FIRST: 60, ("standard", "next_response"): 3_600})
    applied(teller, minutes=16)
    assert due(teller, "first_response") == [(0, "5")]
    assert due(teller, "next_response") == [(0, "15")]
    assert due(teller, "resolution") == [(1, "30")]


def test_a_target_taken_out_is_due_at_no_time(teller):
    teller.tell("0 maria writes\n1 mei takes")
    policies.change(project(teller), targets={FIRST: None}, by=None, now=later(minutes=2))
    applied(teller)
    assert due(teller, "first_response") == [(1, "-")]


def test_hours_count_from_the_clocks_own_start(teller):
    teller.tell("0 maria writes\n1 mei takes")
    week = {day: [["09:02", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    office = calendars.create(project(teller), "Office", weekly=week, by=None, now=START)
    asked = {FIRST: Asked(300, office)}
    policies.change(project(teller), targets=asked, by=None, now=later(minutes=2))
    applied(teller)
    assert due(teller, "first_response") == [(1, "7")]


def test_the_preview_says_what_would_follow(teller):
    teller.tell("0 maria writes\n1 mei takes")
    promised(teller, minutes=4, targets={FIRST: 120})
    effect = applying.preview(project(teller), now=later(minutes=4))
    assert (effect.clocks, effect.moved, effect.at_once) == (2, 1, 1)
    applied(teller, minutes=4)
    clock = next(one for one in clocks(teller.case.id) if one.metric == "first_response")
    assert clock.verdict(later(minutes=4)) == "breached"


def test_it_says_who_when_and_how_many(teller):
    teller.tell("0 maria writes\n1 mei takes")
    promised(teller, targets={FIRST: 600})
    applied(teller)
    one = db.session.scalars(select(SlaApplication)).one()
    assert (one.by.name, one.at, one.changed, one.done_at) == (
        *("Sun", later(minutes=2), 1, later(minutes=2)),
    )
    kinds = (EventKind.POLICY_APPLIED, EventKind.PROMISE_CHANGED)
    rows = select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)
    act, change = db.session.scalars(rows).all()
    assert (act.by.name, act.data, act.conversation_id) == ("Sun", {"version": 1}, None)
    assert change.conversation_id == teller.case.id
    assert [one["metric"] for one in change.data["clocks"]] == ["first_response"]


def test_nothing_is_applied_where_nothing_runs_under_an_older_version(teller):
    promised(teller, targets={FIRST: 600})
    teller.tell("3 maria writes\n4 mei takes")
    with pytest.raises(NothingToApply):
        promises.apply(project(teller), by=teller.who("sun"), now=later(minutes=5))


def test_an_application_that_was_cut_short_is_finished_by_the_next_sweep(teller):
    for number in range(3):
        teller.customer += 1
        teller.tell("0 maria writes")
        assert number >= 0
    promised(teller, targets={FIRST: 600})
    application = promises.apply(project(teller), by=teller.who("sun"), now=later(minutes=2))
    promises.renew(teller.case, application.id, now=later(minutes=2))
    commit()
    sweeps.sweep(later(minutes=2))
    db.session.expire_all()
    one = db.session.scalars(select(SlaApplication)).one()
    assert (one.changed, one.done_at) == (3, later(minutes=2))
    sweeps.sweep(later(minutes=2, seconds=3))
    db.session.expire_all()
    assert db.session.scalars(select(SlaApplication.changed)).one() == 3


def test_who_left_before_sees_the_promise_as_it_was(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei transfers ken")
    left = Horizon(later(minutes=2), teller.case.customer.seq)
    promised(teller, minutes=3, targets={FIRST: 600})
    applied(teller, minutes=3)
    found = accounts.of(teller.case.id, now=later(minutes=4), horizon=left)
    seen = {one.clock.metric: one for one in found}
    first = seen["first_response"]
    assert (first.version, first.seconds, written(first.due_at)) == (0, 300, "5")
    assert first.changes == []
    now = {one.clock.metric: one for one in accounts.of(teller.case.id, now=later(minutes=4))}
    assert (now["first_response"].seconds, len(now["first_response"].changes)) == (600, 1)


def test_who_left_sees_no_stop_pause_or_waiver_of_later(teller):
    teller.tell("0 maria writes\n1 mei takes\n7 mei replies\n8 mei transfers ken")
    left = Horizon(later(minutes=8), teller.case.customer.seq)
    teller.tell("9 ken waits\n12 ken resumes\n50 ken resolves\n90 maria writes")
    breached = next(one for one in clocks(teller.case.id) if one.metric == "first_response")
    promises.waive(teller.case, breached, "rain", by=teller.who("sun"), now=later(minutes=60))
    commit()
    found = accounts.of(teller.case.id, now=later(minutes=99), horizon=left)
    seen = {one.clock.metric: one for one in found}
    solved, first = seen["resolution"], seen["first_response"]
    assert (solved.stopped_at, solved.pauses, written(solved.due_at)) == (None, [], "30")
    assert solved.verdict == "running"
    assert solved.elapsed() == timedelta(minutes=8)
    assert (first.verdict, first.waiver) == ("breached", None)
    assert len(accounts.of(teller.case.id, now=later(minutes=99))) > len(found)
