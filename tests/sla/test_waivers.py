"""Waivers: who may pardon which clock, and that the clock stays as it is."""

import pytest
from sqlalchemy import select

from support import promises
from support.db import commit, db
from support.models import Event, EventKind, SlaClock, SlaWaiver
from support.refusals import (
    NotAllowed,
    NothingToWaive,
    OwnWaiver,
    TextTooLong,
    WaivedAlready,
    WaiverReasonMissing,
)
from tests.factories import later
from tests.sla.telling import clocks

BROKEN = "0 maria writes\n1 mei takes\n7 mei replies"


def first(teller, metric="first_response"):
    return next(one for one in clocks(teller.case.id) if one.metric == metric)


def waive(teller, clock, reason="The node was down", *, by="sun", minutes=20):
    clock = db.session.get_one(SlaClock, clock.id)
    facts = {"by": teller.who(by), "now": later(minutes=minutes)}
    promises.waive(teller.case, clock, reason, **facts)
    commit()


def test_a_broken_promise_is_waived_beside_the_clock(teller):
    clock = first(teller.tell(BROKEN))
    before = {one.key: getattr(clock, one.key) for one in SlaClock.__mapper__.column_attrs}
    waive(teller, clock)
    waiver = db.session.scalars(select(SlaWaiver)).one()
    assert (waiver.clock_id, waiver.by.name, waiver.reason) == (
        clock.id,
        "Sun",
        "The node was down",
    )
    db.session.expire_all()
    assert {name: getattr(first(teller), name) for name in before} == before
    assert first(teller).verdict(later(minutes=20)) == "breached"


def test_the_timeline_says_who_waived_what_and_why(teller):
    clock = first(teller.tell(BROKEN))
    waive(teller, clock)
    event = db.session.scalars(select(Event).where(Event.kind == EventKind.CLOCK_WAIVED)).one()
    facts = {"clock": clock.id, "metric": "first_response", "why": "The node was down"}
    assert (event.by.name, event.data) == ("Sun", facts)


def test_a_clock_that_is_overdue_and_runs_is_waived_as_well(teller):
    clock = first(teller.tell("0 maria writes\n1 mei takes"), "resolution")
    with pytest.raises(NothingToWaive):
        waive(teller, clock, minutes=29)
    waive(teller, clock, minutes=31)
    assert first(teller, "resolution").due_holder.name == "Mei"


@pytest.mark.parametrize(
    ("story", "metric"),
    [
        ("0 maria writes\n1 mei takes\n3 mei replies", "first_response"),
        ("0 maria writes\n1 mei takes\n3 mei ignores", "first_response"),
        ("0 maria writes\n1 mei takes\n5 mei replies", "first_response"),
    ],
)
def test_what_was_not_broken_is_not_waived(teller, story, metric):
    with pytest.raises(NothingToWaive):
        waive(teller, first(teller.tell(story), metric))


@pytest.mark.parametrize("who", ["mei", "ken", "ada", "zoe", "tom"])
def test_only_who_commands_waives(teller, who):
    with pytest.raises(NotAllowed):
        waive(teller, first(teller.tell(BROKEN)), by=who)


def test_an_owner_waives_too(teller):
    waive(teller, first(teller.tell(BROKEN)), by="olga")


def test_nobody_waives_what_he_held_when_it_was_due(teller):
    clock = first(teller.tell("0 maria writes\n1 sun takes\n7 sun replies"))
    with pytest.raises(OwnWaiver):
        waive(teller, clock)
    waive(teller, clock, by="olga")


def test_who_held_it_later_may_waive_it(teller):
    clock = first(teller.tell("0 maria writes\n1 mei takes\n6 sun seizes\n7 sun replies"))
    waive(teller, clock)


def test_nobody_waives_what_he_held_at_the_start_if_nobody_did_when_it_was_due(teller):
    told = "0 maria writes\n1 sun takes\n2 sun replies\n10 maria writes\n11 sun releases"
    clock = first(teller.tell(f"{told}\n18 mei takes\n19 mei replies"), "next_response")
    assert (clock.holder.name, clock.due_holder_id) == ("Sun", None)
    with pytest.raises(OwnWaiver):
        waive(teller, clock)


def test_a_clock_is_waived_once(teller):
    clock = first(teller.tell(BROKEN))
    waive(teller, clock)
    with pytest.raises(WaivedAlready) as refused:
        waive(teller, clock, by="olga")
    assert refused.value.values == {"name": "Sun"}


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [("", WaiverReasonMissing), (" \u200b ", WaiverReasonMissing), ("x" * 256, TextTooLong)],
)
def test_a_waiver_has_a_reason_of_one_line(teller, reason, refusal):
    with pytest.raises(refusal):
        waive(teller, first(teller.tell(BROKEN)), reason)
