"""At the same moment, or with a death between: a token sends once, and no hit is lost."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from support import approvals, messages
from support.db import commit, db
from support.models import Agent, Conversation, Message, RiskAttempt
from support.refusals import AttemptSettled
from tests.factories import START, answer, join, make_agent

TEXT = "Send it to T9yDxyz please"


def at_once(app, *deeds):
    """Do these at the same moment, each in a transaction of its own; return what they gave."""
    gate, given = Barrier(len(deeds)), [None] * len(deeds)

    def do(number, deed):
        with app.app_context():
            gate.wait()
            try:
                given[number] = deed()
                commit()
            except AttemptSettled as refusal:
                given[number] = refusal

    threads = [Thread(target=do, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def replied(case_id, agent_id, token, key):
    case, by = db.session.get_one(Conversation, case_id), db.session.get_one(Agent, agent_id)
    return messages.reply(case, TEXT, by=by, now=START, client_key=key, token=token)


@pytest.fixture
def case(desk, mei):
    return desk.case(holder=mei)


def counted(kind, *where):
    return db.session.scalar(select(func.count()).select_from(kind).where(*where))


def test_two_who_bring_one_token_send_once(app, case, mei, frozen):
    attempt = answer(case, TEXT, by=mei)
    token = attempt.token
    commit()
    ids = case.id, mei.id
    given = at_once(app, *(lambda n=n: replied(*ids, token, f"click-{n}") for n in range(4)))
    sent = [one for one in given if not isinstance(one, RiskAttempt)]
    assert len(sent) == 1
    assert counted(Message, Message.direction == "out") == 1
    db.session.refresh(attempt)
    assert attempt.outcome == "confirmed"
    assert counted(RiskAttempt) == 4


def test_of_two_who_decide_one_wins(app, desk, case, mei, two_eyes):
    david = join(make_agent("David"), desk.wallet, "supervisor")
    attempt = answer(case, "a refund", by=mei)
    commit()
    number = attempt.id

    def decides(agent_id, verb, **why):
        row = db.session.get_one(RiskAttempt, number)
        verb(row, by=db.session.get_one(Agent, agent_id), now=START, **why)
        return row.outcome

    given = at_once(
        app,
        lambda: decides(desk.sun.id, approvals.approve),
        lambda: decides(david.id, approvals.reject, reason="no"),
    )
    assert sum(isinstance(one, AttemptSettled) for one in given) == 1
    db.session.refresh(attempt)
    assert attempt.outcome in given


def test_a_death_after_the_token_was_used_leaves_it_unused(case, mei, frozen):
    """The use and the message are one transaction: neither is there without the other."""
    attempt = answer(case, TEXT, by=mei)
    token = attempt.token
    commit()
    assert not isinstance(answer(case, TEXT, by=mei, token=token), RiskAttempt)
    db.session.rollback()
    db.session.expire_all()
    assert (attempt.outcome, attempt.used_at) == ("waiting", None)
    assert counted(Message, Message.direction == "out") == 0
    assert not isinstance(answer(case, TEXT, by=mei, token=token), RiskAttempt)
