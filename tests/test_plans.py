"""Plans: seats, what is included, and a trial that ends without losing a message."""

import pytest
from sqlalchemy import select

from support import invitations, messages, notes, people, plans, projects
from support.db import db
from support.models import Event, EventKind, Message
from support.plans import Feature
from support.refusals import BadPlan, NotAllowed, PlanLacks, SeatsFull, TrialEnded
from tests.factories import HASH, START, answer, later, say


@pytest.fixture
def choose(desk):
    """Choose a plan as the owner."""

    def to(name, now=START):
        plans.choose(projects.workspace(), name, by=desk.olga, now=now)
        db.session.flush()

    return to


def hire(name, **others):
    return people.create(
        f"{name}@desk.example", name=name, password_hash=HASH, by=None, now=START, **others
    )


def test_a_self_hosted_desk_has_any_number_of_seats(desk):
    assert plans.current().name == "custom"
    assert hire("Li").id


def test_seats_are_agents_and_open_invitations_but_no_pure_auditors(desk):
    assert plans.seats_taken(now=START) == 5  # Olga, Sun, Mei, Ken, Zoe; not Ada, who audits
    invitations.invite("li@desk.example", by=desk.olga, now=START)
    assert plans.seats_taken(now=START) == 6
    invitations.invite(
        "yu@desk.example", project=desk.wallet, place="auditor", by=desk.olga, now=START
    )
    assert plans.seats_taken(now=START) == 6
    assert plans.seats_taken(now=later(hours=24)) == 5
    people.disable(desk.mei, by=desk.olga, now=START)
    assert plans.seats_taken(now=later(hours=24)) == 4
    people.add_member(desk.ada, desk.market, "agent", by=desk.olga, now=START)
    assert plans.seats_taken(now=later(hours=24)) == 5


def test_a_full_plan_refuses_the_next_by_its_name_and_seats(desk, choose):
    choose("standard")
    with pytest.raises(SeatsFull, match="“standard” has 3 seats"):
        hire("Li")
    with pytest.raises(SeatsFull):
        invitations.invite("li@desk.example", by=desk.olga, now=START)
    assert hire("Yu", audits=True).id


def test_a_downgrade_disables_nobody_and_refuses_every_way_in(desk, choose, wallet):
    people.disable(desk.ken, by=desk.olga, now=START)
    choose("standard")
    assert desk.mei.disabled_at is None
    with pytest.raises(SeatsFull):
        people.enable(desk.ken, by=desk.olga, now=START)
    with pytest.raises(SeatsFull):
        people.add_member(desk.ada, wallet, "agent", by=desk.olga, now=START)
    with pytest.raises(SeatsFull):
        people.set_role(desk.ada, "owner", by=desk.olga, now=START)
    people.add_member(desk.mei, wallet, "supervisor", by=desk.olga, now=START)
    choose("professional")
    people.enable(desk.ken, by=desk.olga, now=START)
    assert desk.ken.disabled_at is None


def test_only_an_owner_chooses_and_only_a_plan_there_is(desk, choose):
    with pytest.raises(NotAllowed):
        plans.choose(projects.workspace(), "custom", by=desk.sun, now=START)
    with pytest.raises(BadPlan, match="trial, standard, professional, custom"):
        choose("gold")
    choose("standard")
    choose("standard")
    events = db.session.scalars(select(Event).where(Event.kind == EventKind.PLAN_CHANGED)).all()
    assert [event.data for event in events] == [{"before": "custom", "after": "standard"}]


def test_the_standard_plan_has_no_private_notes(desk, choose, mei):
    conversation = desk.case(holder=mei)
    choose("standard")
    with pytest.raises(PlanLacks, match="standard"):
        notes.write(conversation, "psst", by=mei, now=START, client_key=None)
    assert not plans.includes(Feature.REPORTS)
    choose("professional")
    assert notes.write(conversation, "psst", by=mei, now=START, client_key=None).id
    assert all(plans.includes(feature) for feature in Feature)


def test_an_ended_trial_sends_nothing_and_receives_everything(desk, choose, mei, wallet):
    conversation = desk.case(holder=mei)
    choose("trial")
    assert plans.trial_ends_at() == later(days=3)
    failed = answer(conversation, by=mei, now=later(days=2))[0]
    messages.failed(failed, "no", now=later(days=2))
    for send in (
        lambda now: answer(conversation, by=mei, now=now),
        lambda now: messages.retry(failed, by=mei, now=now),
    ):
        with pytest.raises(TrialEnded):
            send(later(days=3))
    say(wallet, "are you there?", now=later(days=4))
    assert db.session.scalar(select(Message.id).where(Message.text == "are you there?"))
    choose("professional", now=later(days=4))
    assert plans.trial_ends_at() is None
    assert answer(conversation, by=mei, now=later(days=4))


def test_before_the_set_up_nothing_is_limited(app):
    with app.app_context():
        assert plans.current().seats is None
        assert plans.trial_ends_at() is None
