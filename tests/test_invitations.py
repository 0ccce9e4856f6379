"""Invitations: one person, once, within a day; every other link gets the same answer."""

from contextlib import suppress
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from support import invitations, logins, people, plans, projects
from support.db import commit, db
from support.models import Agent, Event, EventKind, Invitation
from support.refusals import (
    BadChoice,
    BadEmail,
    BadName,
    BadRole,
    EmailTaken,
    InvitationUnknown,
    NotAllowed,
    SeatsFull,
)
from tests.factories import HASH, PASSWORD, START, later


def invite(desk, email="li@desk.example", **others):
    return invitations.invite(email, by=desk.olga, now=START, **others)


def accept(secret, *, now=START, **others):
    return invitations.accept(secret, **({"name": "Li", "password_hash": HASH} | others), now=now)


def test_an_invited_person_joins_with_his_place(desk, wallet):
    secret = invite(desk, project=wallet, place="supervisor")
    li = accept(secret, now=later(hours=23))
    assert (li.email, li.name, li.role) == ("li@desk.example", "Li", "member")
    assert people.membership(li, wallet).role == "supervisor"
    db.session.commit()
    assert logins.verify("li@desk.example", PASSWORD) == li.id
    row = db.session.scalar(select(Invitation))
    assert (row.used_at, row.agent_id) == (later(hours=23), li.id)


def test_the_database_keeps_no_secret(desk):
    secret = invite(desk)
    row = db.session.scalar(select(Invitation))
    assert secret not in (row.digest, row.email)
    assert len(secret) >= 43  # 256 bits
    assert all(secret not in str(event.data) for event in db.session.scalars(select(Event)))


def test_a_link_opens_once(desk):
    secret = invite(desk)
    accept(secret)
    with pytest.raises(InvitationUnknown):
        accept(secret, name="Someone else")


def test_a_link_opens_for_a_day(desk):
    secret = invite(desk)
    assert invitations.find(secret, now=later(hours=23, minutes=59))
    with pytest.raises(InvitationUnknown):
        accept(secret, now=later(hours=24))


@pytest.mark.parametrize("wrong", ["", " ", "x", "\0", "../..", "é" * 99, "x" * 100_000, "\ud800"])
def test_whatever_is_no_link_is_refused_alike(desk, wrong):
    invite(desk)
    with pytest.raises(InvitationUnknown):
        invitations.find(wrong, now=START)


def test_a_revoked_link_is_void_and_gives_its_seat_back(desk):
    secret = invite(desk)
    taken = plans.seats_taken(now=START)
    invitation = invitations.find(secret, now=START)
    invitations.revoke(invitation, by=desk.olga, now=START)
    invitations.revoke(invitation, by=desk.olga, now=later(hours=1))
    assert plans.seats_taken(now=START) == taken - 1
    assert invitation.revoked_at == START
    with pytest.raises(InvitationUnknown):
        accept(secret)


def test_a_second_invitation_makes_the_first_one_void(desk):
    first, second = invite(desk), invite(desk, " LI@desk.example ")
    with pytest.raises(InvitationUnknown):
        accept(first)
    assert accept(second).email == "li@desk.example"
    told = select(Event.kind).where(Event.kind.startswith("invitation"))
    assert list(db.session.scalars(told.order_by(Event.id))) == [
        EventKind.INVITATION_MADE,
        EventKind.INVITATION_REVOKED,
        EventKind.INVITATION_MADE,
        EventKind.INVITATION_USED,
    ]


def test_bad_words_leave_the_link_open(desk):
    secret = invite(desk)
    commit()
    with pytest.raises(BadName):
        accept(secret, name=" ")
    db.session.rollback()
    assert accept(secret).id


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"email": "li"}, BadEmail),
        ({"email": "mei@desk.example"}, EmailTaken),
        ({"role": "king"}, BadRole),
        ({"place": "agent"}, BadChoice),
    ],
)
def test_a_bad_invitation_gets_its_sentence(desk, values, refusal):
    with pytest.raises(refusal):
        invite(desk, **values)


def test_a_place_is_one_of_the_roles(desk, wallet):
    with pytest.raises(BadRole):
        invite(desk, project=wallet, place="king")


def test_only_owners_invite_and_revoke(desk):
    with pytest.raises(NotAllowed):
        invitations.invite("li@desk.example", by=desk.sun, now=START)
    invitation = invitations.find(invite(desk), now=START)
    with pytest.raises(NotAllowed):
        invitations.revoke(invitation, by=desk.sun, now=START)


def test_the_seat_that_an_invitation_keeps_is_the_one_it_takes(desk):
    for agent in (desk.zoe, desk.ken, desk.mei):
        people.disable(agent, by=desk.olga, now=START)
    plans.choose(projects.workspace(), "standard", by=desk.olga, now=START)
    db.session.flush()
    secret = invite(desk)
    with pytest.raises(SeatsFull):
        invite(desk, "yu@desk.example")
    assert accept(secret).id
    with pytest.raises(SeatsFull):
        invite(desk, "yu@desk.example")


def test_two_who_use_a_link_at_once_are_one_person(app, desk):
    secret = invite(desk)
    commit()
    db.session.remove()
    barrier = Barrier(2)

    def use(name):
        with app.app_context(), suppress(InvitationUnknown):
            barrier.wait()
            accept(secret, name=name)
            commit()

    threads = [Thread(target=use, args=(name,)) for name in ("Li", "Yu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    joined = select(func.count()).where(Agent.email == "li@desk.example")
    assert db.session.scalar(joined) == 1
