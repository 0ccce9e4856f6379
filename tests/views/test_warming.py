"""Lists are made ready by the process that hears of a change, before a reply waits for them."""

import pytest

from support import risk
from support.db import commit, db
from support.live import Poke
from support.models import Project, RiskWord, RiskWordGroup
from support.risk import lists
from support.stream import Broker
from support.views import warming
from tests import services
from tests.factories import START


@pytest.fixture
def change(desk):
    """Give a function that changes the wallet's list, and returns its new stamp."""

    def changed():
        project = db.session.get_one(Project, desk.wallet.id)
        group = RiskWordGroup(name="Never", action="block", created_at=START, projects=[project])
        group.words = [RiskWord(kind="word", text="profit", created_at=START)]
        db.session.add(group)
        db.session.flush()
        risk.restamp([project.id])
        commit()
        return project.risk_stamp

    return changed


def ready(project):
    return lists._kept.get(project.id, ("", None))[0]


def test_a_process_that_listens_has_the_list_ready_soon(web, desk, change):
    broker = Broker()
    broker.deeds[lists.CHANGED] = lambda poke: warming.start(web, poke)
    broker.listen()
    services.until(lambda: not broker.deaf)
    stamp = change()
    services.until(lambda: ready(desk.wallet) == stamp)
    broker.deeds.clear()  # its thread lives on


def test_only_a_process_that_sends_what_is_checked_listens(desk, change, monkeypatch):
    heard = []
    monkeypatch.setattr(warming.broker, "listen", lambda: heard.append(True))
    warming.follow(desk.wallet)
    assert heard == []
    change()
    warming.follow(db.session.get_one(Project, desk.wallet.id))
    assert heard == [True]


def test_what_cannot_be_made_ready_is_left_to_the_next_reply(web, desk, change, monkeypatch):
    monkeypatch.setattr(lists, "Matcher", lambda *_: 1 / 0)
    stamp = change()
    warming.start(web, Poke((lists.CHANGED,), data=str(desk.wallet.id))).join()
    warming.start(web, Poke((lists.CHANGED,), data="424242")).join()
    assert ready(desk.wallet) != stamp


def test_no_page_hears_of_a_list(desk, change, monkeypatch):
    sent = []
    monkeypatch.setattr("support.live.publish", sent.append)
    change()
    (poke,) = [poke for poke in sent if lists.CHANGED in poke.names]
    assert (poke.project, poke.agents, poke.queue) == (None, (), False)
