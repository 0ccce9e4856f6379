"""What was met is on record before the answer is drawn, whatever becomes of the answer."""

import pytest
from sqlalchemy import select

from support import messages, risk
from support.db import commit, db
from support.models import Draft, Message, Project, RiskAttempt, RiskHit, RiskWord, RiskWordGroup
from support.refusals import RiskUnchecked
from support.risk import gate
from support.views import stopped
from tests.factories import START, answer

TEXT = "Send it to T9yDxyz please"


@pytest.fixture
def case(desk):
    case = desk.case("help", holder=desk.mei)
    project = db.session.get_one(Project, desk.wallet.id)
    group = RiskWordGroup(name="Frozen", action="confirm", created_at=START, projects=[project])
    group.words = [RiskWord(kind="fragment", text="T9yD", created_at=START)]
    db.session.add(group)
    db.session.flush()
    risk.restamp([project.id])
    commit()
    return case


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def test_a_hit_outlives_an_answer_that_breaks(case, mei, look, monkeypatch):
    monkeypatch.setattr(stopped, "reply", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mei.post(f"/conversations/{case.id}/messages", {"text": TEXT}, htmx=True)
    with look() as rows:
        assert rows.scalars(select(RiskAttempt.outcome)).all() == ["waiting"]
        assert rows.scalars(select(RiskHit.word)).all() == ["T9yD"]
        assert rows.scalars(select(Draft.text)).all() == [TEXT]


def test_a_second_try_that_is_stopped_is_on_record_too(case, desk, mei, look, monkeypatch):
    monkeypatch.setattr(gate.lists, "matcher", lambda _project: None)
    (message,) = answer(case, TEXT, by=desk.mei)
    messages.failed(message, "no", now=START)
    commit()
    monkeypatch.undo()
    answered = mei.post(f"/conversations/{case.id}/messages/{message.id}/retry", htmx=True)
    assert answered.status_code == 409
    with look() as rows:
        assert rows.scalars(select(RiskAttempt.outcome)).all() == ["waiting"]
        assert rows.get(Message, message.id).failed_at is not None


def test_what_cannot_be_checked_is_told_and_the_draft_kept(case, mei, look, monkeypatch):
    url = f"/conversations/{case.id}"
    mei.post(f"{url}/drafts", {"text": "We look at it", "mode": "reply"}, htmx=True)
    monkeypatch.setattr(gate.findings, "find", lambda *_a, **_k: 1 / 0)
    fields = {"text": "We look at it", "drafted": "We look at it"}
    refused = mei.post(f"{url}/messages", fields, htmx=True)
    assert refused.status_code == 503
    assert "could not be checked" in refused.text
    assert RiskUnchecked.status == 503
    with look() as rows:
        assert rows.scalars(select(Message).where(Message.direction == "out")).all() == []
        assert rows.scalars(select(Draft.text)).all() == ["We look at it"]
