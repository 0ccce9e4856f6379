"""Durations: every figure equal to what plain Python counts over the same clocks."""

import math
import statistics
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support.db import db
from support.models import SlaClock, SlaWaiver
from support.reports.durations import measured
from support.reports.measures import Durations
from support.reports.scope import Scope
from support.reports.spans import Span
from support.reports.statistics import median, percentile
from tests.factories import START

UTC_ZONE = ZoneInfo("UTC")
DAY = START.date()
REASONS = {
    "first_response": ("reply", "no_reply_needed", "resolved_unanswered", "superseded"),
    "resolution": ("resolved", "superseded", "closed"),
    "acceptance": ("accepted", "moved", "returned"),
}


def scope_of(project, days=1, **others):
    return Scope((project.id,), Span(DAY, DAY + timedelta(days - 1), UTC_ZONE), **others)


def clock(case, dice, agents, **facts):
    """Make a clock of which anything may have become."""
    metric = dice.choice(sorted(REASONS))
    started = START + timedelta(seconds=dice.randrange(0, 3 * 86_400))
    due = started + timedelta(seconds=300) if dice.random() < 0.9 else None
    one = SlaClock(
        project_id=case.project_id,
        customer_id=case.customer_id,
        conversation_id=case.id,
        metric=metric,
        tier=dice.choice(("standard", "escalated", "urgent")),
        policy_version=0,
        target_seconds=300,
        origin_at=started,
        started_at=started,
        counted_at=started,
        started_kind="message",
        started_seq=1,
        due_at=due,
        outage=dice.random() < 0.05,
    )
    if dice.random() < 0.85:
        taken = dice.choice((0, 1, 60, 299, 300, 301, 900, dice.randrange(5_000)))
        one.stopped_at = started + timedelta(seconds=taken)
        one.stop_reason = dice.choice(REASONS[metric])
        one.stopped_by_id = dice.choice((*agents, None))
        one.elapsed_calendar_s = one.elapsed_business_s = taken
    if due and (one.stopped_at or START + timedelta(days=2)) >= due:
        one.due_seen_at, one.due_holder_id = due, dice.choice((*agents, None))
    for name, value in facts.items():
        setattr(one, name, value)
    db.session.add(one)
    return one


@pytest.fixture
def many(desk):
    """Give three days of clocks of four people, some of them pardoned."""
    dice = Random(6)
    case = desk.case(holder=desk.mei)
    agents = [desk.mei.id, desk.ken.id, desk.sun.id]
    for _ in range(600):
        clock(case, dice, agents)
    clocks = list(db.session.scalars(select(SlaClock)))
    db.session.flush()
    for one in clocks:
        if one.due_seen_at and dice.random() < 0.1:
            db.session.add(SlaWaiver(clock_id=one.id, by_id=desk.sun.id, reason="x", at=START))
    db.session.flush()
    return clocks


def plainly(  # noqa: C901, PLR0915 - by hand is line by line
    clocks, *, holder, now, who=None, everybody=True
):
    """Count as one would by hand."""
    waived = {one.clock_id for one in db.session.query(SlaWaiver)}
    facts = dict.fromkeys(("met", "breached", "waived", "outage", "void", "waiting", "overdue"), 0)
    facts |= dict.fromkeys(("unneeded", "unanswered"), 0)
    seconds = []
    for one in clocks:
        deed = one.stop_reason in ("reply", "resolved", "accepted")
        runs = one.stopped_at is None
        by = holder.id if runs else one.stopped_by_id
        held = one.due_holder_id if one.due_seen_at else by
        mine, broke = everybody or by == who, everybody or held == who
        ended = one.stopped_at or now
        past = one.due_at and (ended > one.due_at or (ended == one.due_at and not (runs or deed)))
        if runs:
            facts["waiting"] += mine
        elif mine:
            facts["unneeded"] += one.stop_reason == "no_reply_needed"
            facts["unanswered"] += one.stop_reason == "resolved_unanswered"
        if not runs and deed and mine:
            seconds.append(one.elapsed_business_s)
        if past and broke:
            facts["outage"] += one.outage
            if everybody or not one.outage:
                facts["breached"] += 1
                facts["overdue"] += runs
                facts["waived"] += one.id in waived
        elif not runs and not past and mine:
            facts["met" if deed and one.due_at else "void"] += 1
    seconds.sort()
    return Durations(
        count=len(seconds),
        median=float(statistics.median(seconds)) if seconds else None,
        p90=seconds[math.ceil(len(seconds) * 0.9) - 1] if seconds else None,
        mean=sum(seconds) / len(seconds) if seconds else None,
        **facts,
    )


@pytest.mark.parametrize("metric", sorted(REASONS))
def test_every_figure_is_what_one_counts_by_hand(desk, many, metric):
    now = START + timedelta(days=2)
    found = measured(scope_of(desk.wallet, days=4), now=now)
    own = [one for one in many if one.metric == metric]
    assert found.of(metric) == plainly(own, holder=desk.mei, now=now)
    for who in (desk.mei.id, desk.ken.id, desk.sun.id, None):
        assert found.of_agent(metric, who) == plainly(
            own, holder=desk.mei, now=now, who=who, everybody=False
        )
    urgent = [one for one in own if one.tier == "urgent"]
    assert found.of(metric, tier="urgent") == plainly(urgent, holder=desk.mei, now=now)


def test_people_and_queue_add_up_to_the_whole(desk, many):
    found = measured(scope_of(desk.wallet, days=4), now=START + timedelta(days=2))
    for metric in REASONS:
        whole = found.of(metric)
        parts = [found.of_agent(metric, who) for who in (*found.agents(), None)]
        for name in ("count", "met", "void", "waiting"):
            assert sum(getattr(one, name) for one in parts) == getattr(whole, name)
        assert sum(one.breached + one.outage for one in parts) == whole.breached


def test_a_clock_belongs_to_the_day_it_started(desk, many):
    now = START + timedelta(days=9)
    days = [
        Scope((desk.wallet.id,), Span(DAY + timedelta(n), DAY + timedelta(n), UTC_ZONE))
        for n in range(4)
    ]
    parts = [measured(one, now=now).of("resolution") for one in days]
    whole = measured(scope_of(desk.wallet, days=4), now=now).of("resolution")
    assert sum(one.met for one in parts) == whole.met
    assert sum(one.count for one in parts) == whole.count


def test_a_range_without_clocks_divides_nothing(desk):
    empty = measured(scope_of(desk.wallet), now=START).of("resolution")
    assert empty == Durations()
    assert (empty.share, empty.share_pardoned) == (None, None)


def test_others_projects_are_not_counted(desk, many):
    assert measured(scope_of(desk.market), now=START).parts == ()


def test_six_statements_whatever_the_size(desk, many, queries):
    with queries() as seen:
        measured(scope_of(desk.wallet, days=4), now=START)
    assert len(seen) == 6


def test_middle_and_nearest_rank():
    assert (median([1, 2, 3, 10]), median([5])) == (2.5, 5.0)
    assert (percentile([*range(1, 11)], 90), percentile([7], 90)) == (9, 7)
