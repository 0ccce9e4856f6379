"""Every figure of every page is what plain Python finds in messages and events."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support.db import db
from support.models import METRICS, TIERS, Conversation, Event, Message, SlaClock
from support.reports import escalated
from support.reports.durations import measured
from support.reports.flow import flow
from support.reports.handling import Handling, handling
from support.reports.scope import Scope
from support.reports.spans import Span
from support.sla import overdue
from tests.factories import START
from tests.reports.oracle import Opinion, life
from tests.sla.conftest import levels
from tests.sla.oracle import Oracle
from tests.sla.test_replay import lasting

__all__ = ["levels"]  # a fixture
UTC_ZONE = ZoneInfo("UTC")
NAMES = {"mei": 1, "ken": 1, "ann": 2, "sun": 9, "tom": 3, "olga": 9}


@pytest.fixture
def opinion(levels, full):
    """Let conversations happen, and hear what the rows alone say of them."""
    for seed in range(5_000 if full else 60):
        lasting(levels, 100_000 + seed)
        db.session.expire_all()
    now = START + timedelta(days=2)
    running = select(SlaClock).where(SlaClock.stopped_at.is_(None), SlaClock.due_at < now)
    overdue.mark(db.session.scalars(running).all(), now=now)  # as the sweep does
    db.session.commit()
    rows = [(case, *rows_of(case.id)) for case in db.session.scalars(select(Conversation))]
    agents = {getattr(levels, name).name: getattr(levels, name).id for name in NAMES}
    lives = {case.id: life(case.id, events, agents) for case, _said, events in rows}
    clocks = [
        (lives[case.id], clock)
        for case, said, events in rows
        for clock in clocks_of(levels, said, events)
    ]
    start = datetime(START.year, START.month, START.day, tzinfo=UTC)
    return Opinion(
        list(lives.values()), clocks, start=start, end=start + timedelta(days=2), now=now
    )


def rows_of(case):
    said = select(Message).where(Message.conversation_id == case)
    done = select(Event).where(Event.conversation_id == case, Event.seq.is_not(None))
    return db.session.scalars(said).all(), db.session.scalars(done).all()


def clocks_of(levels, said, events):
    groups = (levels.frontline, levels.advanced, levels.technical)
    agents = {getattr(levels, name): level for name, level in NAMES.items()}
    return Oracle(
        said,
        events,
        levels={one.name: one.level for one in groups},
        above={agent.id: level for agent, level in agents.items()},
        agents={agent.name for agent in agents},
    ).clocks


@pytest.fixture
def scope(levels):
    first = date(START.year, START.month, START.day)
    return Scope((levels.wallet.id,), Span(first, first + timedelta(days=1), UTC_ZONE))


def plain(one):
    names = ("count", "median", "p90", "mean", "met", "breached", "void", "waiting", "overdue")
    return tuple(getattr(one, name) for name in (*names, "unneeded", "unanswered"))


def test_every_figure_of_every_page_is_found_again(levels, opinion, scope):
    durations_agree(levels, opinion, measured(scope, now=opinion.now))
    flow_agrees(opinion, flow(scope, now=opinion.now))
    handling_agrees(levels, opinion, handling(scope, now=opinion.now))
    escalations_agree(opinion, scope)


def durations_agree(levels, opinion, measures):
    for metric in METRICS:
        assert plain(measures.of(metric)) == opinion.durations(metric), metric
        for tier in TIERS:
            assert plain(measures.of(metric, tier=tier)) == opinion.durations(metric, tier=tier)
        for who in (*(getattr(levels, name).id for name in NAMES), None):
            found = opinion.durations(metric, who=who, everybody=False)
            assert plain(measures.of_agent(metric, who)) == found, (metric, who)


def flow_agrees(opinion, found):
    assert [(one.opened, one.resolved, one.open) for one in found.days] == opinion.flow()


def handling_agrees(levels, opinion, found):
    for name in NAMES:
        one = found.get(getattr(levels, name).id, Handling())
        told = (one.intervals, one.conversations, one.running, one.total, one.covered)
        assert (*told, one.median, one.p90) == opinion.handling(getattr(levels, name).id), name


def escalations_agree(opinion, scope):
    found = escalated.escalations(scope)
    told = opinion.escalated()
    cases = [(one.conversation, one.opened_at, one.by) for one in found.cases]
    assert cases == sorted(one[:3] for one in told)
    assert found.share.escalated == sum(one[2] is not None for one in told)
    assert found.share.opened == sum(opinion.inside(one.opened) for one in opinion.lives)
    assert sum(one.escalated for one in found.of_hours()) == found.share.escalated
    assert sum(one.escalated for one in found.of_reasons().values()) == found.share.escalated
    assert sum(one.escalated for one in found.of_agents().values()) == found.share.escalated
    assert escalated.moved(scope) == opinion.made()
    assert sum(found.by_hour) == found.share.opened
