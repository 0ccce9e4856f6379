"""Whatever is done in whatever order: one desk or one queue, and nobody sees what is not his."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from os import environ
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from support import (
    access,
    collaboration,
    conversations,
    escalation,
    groups,
    live,
    people,
    presence,
    reasons,
    routing,
    status,
    transfer,
)
from support.db import commit, db
from support.escalation import Account
from support.models import (
    Agent,
    Assignment,
    Conversation,
    Group,
    Handover,
    Message,
    RoutingDecision,
)
from support.refusals import Refusal
from tests.factories import START, answer, join, make_agent, numbers, person, say

PEOPLE = ("mei", "ken", "sun", "ann", "tom", "zoe", "ada", "olga")
WORKERS = ("mei", "ken", "tom")
TEAMS = ("frontline", "advanced", "technical")
ACCOUNT = Account("background", "request", "tried")


@pytest.fixture
def teams(desk):
    """Give three levels; the second falls back to the third."""
    desk.frontline, desk.advanced = groups.offer(desk.wallet, by=desk.olga, now=START)
    desk.ann = join(make_agent("Ann"), desk.wallet, "supervisor")
    desk.tom = join(make_agent("Tom"), desk.wallet)
    desk.technical = groups.create(desk.wallet, "Technical", level=3, by=desk.olga, now=START)
    groups.set_members(desk.advanced, [desk.sun, desk.ann], by=desk.olga, now=START)
    groups.set_members(desk.technical, [desk.tom], by=desk.olga, now=START)
    groups.change(desk.advanced, fallback=desk.technical, by=desk.olga, now=START)
    commit()
    return desk


@dataclass
class Story:
    """One conversation, what happens to it, and what a clock on the wall has measured."""

    desk: object
    case: Conversation
    now: datetime = START
    held: dict[int, timedelta] = field(default_factory=lambda: defaultdict(timedelta))

    def agent(self, name):
        """Return somebody by name, or who holds it, or who has joined it."""
        if name == HOLDER:
            return self.case.assignee or self.agent("mei")
        if name == JOINED:
            return next(iter(conversations.collaborators(self.case)), self.agent("ken"))
        return db.session.get_one(Agent, getattr(self.desk, name).id)

    def group(self, name):
        return db.session.get_one(Group, getattr(self.desk, name).id)

    def do(self, step):
        """Do one thing; a refusal undoes it. Then everything must hold."""
        name, by, to, team, minutes = step
        self.passes(timedelta(minutes=minutes))
        level, moves = self.case.level, count_moves(self.case)
        try:
            getattr(self, name)(self.agent(by), self.agent(to), self.group(team))
            commit()
        except Refusal:
            db.session.rollback()
        db.session.expire_all()
        self.holds(step, level, moves)

    def passes(self, time):
        if self.case.assignee_id is not None and not self.case.is_resolved:
            self.held[self.case.assignee_id] += time
        self.now += time

    # What can happen; each takes who does it, to whom, and a group.

    def take(self, by, _to, _team):
        conversations.take(self.case, by=by, now=self.now)

    def release(self, by, _to, _team):
        conversations.release(self.case, by=by, now=self.now)

    def transfer(self, by, to, _team):
        transfer.transfer(self.case, to=to, by=by, note="", now=self.now)

    def transfer_to_group(self, by, _to, team):
        transfer.transfer(self.case, to=team, by=by, note="", now=self.now)

    def escalate(self, by, _to, team):
        self.goes_up(by, None, team)

    def escalate_to(self, by, to, team):
        self.goes_up(by, to, team)

    def goes_up(self, by, to, team):
        reason = reasons.listed(self.case.project)[0]
        facts = {"reason": reason, "group": team, "account": ACCOUNT, "to": to}
        escalation.escalate(self.case, by=by, now=self.now, **facts)

    def takeover(self, by, _to, _team):
        if transfer.commands(by, self.case):
            expected = self.case.assignee_id
            transfer.takeover(self.case, by=by, expected=expected, now=self.now)

    def accept(self, by, _to, _team):
        escalation.accept(self.case, by=by, now=self.now)

    def give_back(self, by, _to, _team):
        escalation.give_back(self.case, why="not ours", by=by, now=self.now)

    def lapse(self, _by, _to, _team):
        escalation.lapse(self.case, now=self.now)

    def fall_back(self, _by, _to, _team):
        routing.fall_back(self.case, now=self.now)

    def drain(self, _by, _to, team):
        routing.drain(team, now=self.now)

    def arrive(self, by, _to, _team):
        live.seen(by.id, now=self.now)
        presence.come_back(by, by=by, now=self.now)

    def go_away(self, by, _to, _team):
        presence.set_away(by, by=by, now=self.now)

    def vanish(self, by, _to, _team):
        live.gone(by.id)
        presence.settle(by, now=self.now)

    def lose_silent(self, _by, _to, _team):
        routing.lose_silent(self.case, now=self.now)

    def shut_out(self, _by, to, _team):
        """Somebody may not log in any more; what he had is taken from him as the sweep does."""
        people.disable(to, by=self.agent("olga"), now=self.now)
        routing.lose_left(self.case, now=self.now)
        collaboration.let_go(self.case, now=self.now)

    def let_in(self, _by, _to, _team):
        for agent in db.session.scalars(select(Agent).where(Agent.disabled_at.is_not(None))):
            people.enable(agent, by=self.agent("olga"), now=self.now)

    def ask_lead(self, by, _to, _team):
        collaboration.ask_lead(self.case, by=by, now=self.now)

    def wait(self, by, _to, _team):
        status.wait(self.case, by=by, now=self.now)

    def no_reply_needed(self, by, _to, _team):
        status.no_reply_needed(self.case, by=by, now=self.now)

    def add(self, by, to, _team):
        collaboration.add(self.case, to, by=by, now=self.now)

    def leave(self, by, to, _team):
        collaboration.leave(self.case, to, by=by, now=self.now)

    def give_lead(self, by, to, _team):
        collaboration.give_lead(self.case, to, by=by, now=self.now)

    def snooze(self, by, _to, _team):
        status.snooze(self.case, until=self.now + timedelta(hours=1), by=by, now=self.now)

    def wake(self, _by, _to, _team):
        status.wake_up(self.case, now=self.now)

    def resolve(self, by, _to, _team):
        status.resolve(self.case, by=by, now=self.now)

    def resolve_at_once(self, by, _to, _team):
        conversations.resolve(self.case, by=by, now=self.now)

    def undo(self, by, _to, _team):
        status.undo(self.case, by=by, now=self.now)

    def finish(self, _by, _to, _team):
        """A click counts from its instant: what the wall clock measured since then does not."""
        holder, click = self.case.assignee_id, conversations.standing(self.case)
        if status.take_effect(self.case, now=self.now):
            self.held[holder] -= self.now - click.asked_at

    def customer_writes(self, _by, _to, _team):
        who = person(telegram_id=self.case.customer.telegram_id)
        say(self.case.project, "and now?", who=who, now=self.now)

    def reply(self, by, _to, _team):
        answer(self.case, by=by, now=self.now)

    # What must hold whatever happened.

    def holds(self, step, level, moves):
        rows = self.intervals()
        self.one_desk_or_one_queue(rows)
        self.no_interval_overlaps(rows)
        self.what_waits_for_acceptance()
        self.given_to_members_alone()
        self.nobody_is_here_who_may_not_be(rows)
        self.up_by_escalation_alone(step, level, moves)
        self.seen_until_the_end_and_no_further(rows)
        self.handling_adds_up(rows)

    def intervals(self):
        rows = select(Assignment).where(Assignment.conversation_id == self.case.id)
        return list(db.session.scalars(rows.order_by(Assignment.id)))

    def one_desk_or_one_queue(self, rows):
        leads = [row.agent_id for row in rows if row.role == "assignee" and not row.ended_at]
        if self.case.is_resolved:
            assert [row for row in rows if not row.ended_at] == []
            assert conversations.standing(self.case) is None
        elif self.case.assignee_id is None:
            assert leads == []
            assert self.case.queued_at is not None
            assert self.case.status == "open"
        else:
            assert leads == [self.case.assignee_id]
            assert self.case.queued_at is None

    def no_interval_overlaps(self, rows):
        for mine in by(rows, lambda row: row.agent_id):
            for before, after in pairwise(mine):
                assert before.ended_at <= after.started_at
                assert before.last_seq <= (after.last_seq or self.case.customer.seq)
        leads = [row for row in rows if row.role == "assignee"]
        for before, after in pairwise(leads):
            assert before.ended_at <= after.started_at

    def what_waits_for_acceptance(self):
        waits = select(Handover).where(
            Handover.conversation_id == self.case.id, conversations.waits_for_acceptance()
        )
        found = db.session.scalars(waits).all()
        assert len(found) <= (0 if self.case.is_resolved else 1)
        for handover in found:
            assert handover.to_agent_id == self.case.assignee_id
            assert (handover.due_at is None) == (self.case.assignee_id is None)

    def given_to_members_alone(self):
        rows = select(RoutingDecision).where(RoutingDecision.conversation_id == self.case.id)
        for decision in db.session.scalars(rows):
            if decision.agent_id is not None:
                group = db.session.get_one(Group, decision.group_id)
                assert groups.is_member(db.session.get_one(Agent, decision.agent_id), group)

    def nobody_is_here_who_may_not_be(self, rows):
        for row in rows:
            if row.ended_at is None:
                assert db.session.get_one(Agent, row.agent_id).disabled_at is None
        asked = {one.agent_id for one in conversations.requests(self.case)}
        assert asked <= {one.id for one in conversations.collaborators(self.case)}

    def up_by_escalation_alone(self, step, level, moves):
        if self.case.level <= level:
            return
        kinds = move_kinds(self.case)[moves:]
        assert set(kinds) & {"escalation", "auto", "return"}, (step, kinds)
        if "return" in kinds:
            before = [row.from_group.level for row in self.handovers() if row.from_group]
            assert self.case.level in before

    def handovers(self):
        rows = select(Handover).where(Handover.conversation_id == self.case.id)
        return db.session.scalars(rows)

    def seen_until_the_end_and_no_further(self, rows):
        for name in WORKERS:
            agent = self.agent(name)
            if agent.disabled_at is not None:
                continue  # nobody asks for him: his logins have ended
            mine = [row for row in rows if row.agent_id == agent.id]
            here = any(row.ended_at is None for row in mine) or self.holds_resolved(agent)
            waits = self.case.assignee_id is None and not self.case.is_resolved
            if here or (waits and groups.is_member(agent, self.case.group)):
                limit = self.case.customer.seq
            else:
                limit = max((row.last_seq for row in mine), default=0)
            assert self.seen_by(agent) == [seq for seq in self.said() if seq <= limit], name

    def holds_resolved(self, agent):
        return self.case.is_resolved and self.case.assignee_id == agent.id

    def said(self):
        rows = select(Message.seq).where(Message.conversation_id == self.case.id)
        return list(db.session.scalars(rows.order_by(Message.seq)))

    def seen_by(self, agent):
        rows = select(Message.seq).where(
            Message.conversation_id == self.case.id, access.visible(agent, Message)
        )
        return list(db.session.scalars(rows.order_by(Message.seq)))

    def handling_adds_up(self, rows):
        spent = defaultdict(timedelta)
        for row in rows:
            if row.role == "assignee":
                spent[row.agent_id] += (row.ended_at or self.now) - row.started_at
        held = {agent_id: time for agent_id, time in self.held.items() if time}
        assert {agent_id: time for agent_id, time in spent.items() if time} == held


def by(rows, key):
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found.values()


def move_kinds(case):
    rows = select(Handover.kind).where(Handover.conversation_id == case.id)
    return list(db.session.scalars(rows.order_by(Handover.id)))


def count_moves(case):
    return len(move_kinds(case))


QUEUED = (
    *("take", "take", "drain", "takeover", "arrive", "fall_back", "customer_writes", "add"),
    *("vanish", "shut_out", "let_in", "ask_lead"),
)
HELD = (
    *("transfer", "transfer", "transfer_to_group", "escalate", "escalate", "escalate_to"),
    *("takeover", "accept", "give_back", "give_back", "lapse", "lapse", "release", "reply"),
    *("arrive", "go_away", "add", "add", "leave", "give_lead", "give_lead", "give_lead"),
    *("snooze", "wake", "resolve", "resolve_at_once", "undo", "finish", "finish"),
    *("vanish", "lose_silent", "lose_silent", "shut_out", "let_in", "ask_lead", "ask_lead"),
    *("wait", "no_reply_needed", "undo", "finish"),
    "customer_writes",
)
RESOLVED = ("customer_writes", "customer_writes", "take", "transfer", "undo", "add", "give_back")
COMMANDED = ("takeover", "add")
HOLDER, JOINED = "holder", "joined"


def next_step(story, dice):
    """Choose what is done next: mostly by whom it is his to do, at times by anybody."""
    case = story.case
    moves = RESOLVED if case.is_resolved else HELD if case.assignee_id else QUEUED
    move = dice.choice(moves)
    commanding = ("sun", "ann", "olga") if move in COMMANDED else ()
    return (
        move,
        dice.choice(commanding or (*(HOLDER,) * 12, "sun", "sun", "olga", *PEOPLE)),
        dice.choice((*(JOINED,) * 6, *WORKERS, *WORKERS, *PEOPLE)),
        dice.choice(TEAMS),
        dice.choice((0, 0, 1, 6, 20)),
    )


def story_of(desk):
    """Begin a conversation of a customer whom nobody knows; everybody is offline and back."""
    live.wire.redis.flushdb()
    db.session.execute(update(Agent).values(away_at=None, disabled_at=None))
    message = say(desk.wallet, "hello", who=person(telegram_id=9_000_000 + next(numbers)))
    commit()
    return Story(desk, db.session.get_one(Conversation, message.conversation_id))


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=600 if environ.get("SWITCHBOARD_FULL") == "1" else 12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_sequence_of_moves_keeps_the_house_in_order(teams, seed):
    story, dice = story_of(teams), Random(seed)
    for _ in range(25):
        story.do(next_step(story, dice))
